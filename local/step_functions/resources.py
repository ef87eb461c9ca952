"""What a Task state calls, and the names of its events."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_region

from local.step_functions.history import data
from local.step_functions.values import to_json


@dataclass(frozen=True)
class Resource:
    """A Lambda function's ARN, an activity's, or a service integration such as `arn:aws:states:::lambda:invoke`."""

    arn: str

    @property
    def is_function(self) -> bool:
        return ":function:" in self.arn

    @property
    def is_activity(self) -> bool:
        return ":activity:" in self.arn

    @property
    def waits_for_token(self) -> bool:
        return self.arn.endswith(".waitForTaskToken")

    @property
    def service(self) -> str:
        """`lambda`, `sns`, `aws-sdk:glue`: the resource type of the events."""
        return self.arn.split(":::", 1)[-1].rpartition(":")[0]

    @property
    def action(self) -> str:
        return self.arn.rpartition(":")[2]

    def function(self, payload: Any) -> str | None:
        """The Lambda function that a call reaches, to bound how many run at once."""
        if self.is_function:
            return self.arn
        if self.service == "lambda" and isinstance(payload, dict):
            return str(payload.get("FunctionName"))
        return None

    def events(self, payload: Any, timeout: float | None) -> "TaskEvents":
        if self.is_function or self.is_activity:
            return ArnEvents(self, payload, timeout)
        return IntegrationEvents(self, payload, timeout)


# Type and details of an event.
Event = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class TaskEvents(ABC):
    """The events in a task's life."""

    resource: Resource
    payload: Any
    timeout: float | None

    @abstractmethod
    def _event(self, phase: str, **details: Any) -> Event: ...

    @abstractmethod
    def scheduled(self) -> Event: ...

    @abstractmethod
    def started(self) -> Event: ...

    @abstractmethod
    def submitted(self) -> Event | None: ...

    def succeeded(self, output: str) -> Event:
        return self._event("Succeeded", **data("output", output))

    def failed(self, error: str, cause: str) -> Event:
        return self._event("Failed", error=error, cause=cause)

    def timed_out(self) -> Event:
        return self._event("TimedOut", error="States.Timeout")


class ArnEvents(TaskEvents):
    """Of a task that names a Lambda function or an activity by its ARN."""

    @property
    def _kind(self) -> str:
        return "LambdaFunction" if self.resource.is_function else "Activity"

    def _event(self, phase: str, **details: Any) -> Event:
        kind = self._kind + phase
        return kind, {kind[0].lower() + kind[1:] + "EventDetails": details}

    def scheduled(self) -> Event:
        details = {"resource": self.resource.arn, **data("input", to_json(self.payload))}
        if self.timeout is not None:
            details["timeoutInSeconds"] = int(self.timeout)
        return self._event("Scheduled", **details)

    def started(self) -> Event:
        return ("LambdaFunctionStarted", {}) if self.resource.is_function else self._event("Started")

    def submitted(self) -> None:
        return None


class IntegrationEvents(TaskEvents):
    """Of a task that calls a service through an integration."""

    def _event(self, phase: str, **details: Any) -> Event:
        named = {"resourceType": self.resource.service, "resource": self.resource.action, **details}
        return f"Task{phase}", {f"task{phase}EventDetails": named}

    def scheduled(self) -> Event:
        details: dict[str, Any] = {"region": get_region(), "parameters": to_json(self.payload)}
        if self.timeout is not None:
            details["timeoutInSeconds"] = int(self.timeout)
        return self._event("Scheduled", **details)

    def started(self) -> Event:
        return self._event("Started")

    def submitted(self) -> Event | None:
        return self._event("Submitted", **data("output", "{}")) if self.resource.waits_for_token else None
