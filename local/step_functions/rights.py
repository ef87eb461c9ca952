"""What an execution's role must be allowed to do for what its states call, where rights are enforced."""

import json
from typing import Any

from ministack.core import iam_actions

from local import settings
from local.iam import acting
from local.step_functions.errors import StateError
from local.step_functions.resources import Resource


def _require(context: dict[str, Any], error: str, *rights: tuple[str, str]) -> None:
    execution = context["Execution"]
    try:
        acting.require_all(execution["RoleArn"], execution["Name"][:64], *rights)
    except acting.MissingRight as missing:
        raise StateError(error, str(missing)) from None


def require_call(context: dict[str, Any], resource: Resource, payload: Any) -> None:
    """Raises the error by which a task without the right fails."""
    if not settings.iam_enforced():
        return
    if function := resource.function(payload):
        _require(context, "States.Permissions", ("lambda:InvokeFunction", function))
    elif resource.service == "sns":
        _require(context, "SNS.AuthorizationErrorException", ("sns:Publish", payload["TopicArn"]))
    elif resource.service.startswith("aws-sdk:"):
        service = resource.service.removeprefix("aws-sdk:")
        action = resource.action[0].upper() + resource.action[1:]
        about = iam_actions.extract_resource_arn(
            service,
            "POST",
            "/",
            {"x-amz-target": f"{service}.{action}", "content-type": "application/x-amz-json-1.1"},
            json.dumps(payload).encode(),
            {},
            settings.REGION,
            settings.ACCOUNT,
        )
        _require(context, f"{service.title()}.AccessDeniedException", (f"{service}:{action}", about))


def require_map_run(context: dict[str, Any], reader: Any, place: dict[str, Any]) -> None:
    """Reading a distributed map's items from S3."""
    if "s3:getObject" in reader.get("Resource", ""):
        right = ("s3:GetObject", acting.object_arn(place["Bucket"], place["Key"]))
        _require(context, "States.ItemReaderFailed", right)


def require_children(context: dict[str, Any], is_redrive: bool) -> None:
    """Starting the executions of a distributed map's items, or starting them again."""
    machine = context["StateMachine"]["Id"]
    if not is_redrive:
        _require(context, "States.Permissions", ("states:StartExecution", machine))
        return
    children = machine.replace(":stateMachine:", ":execution:") + "/children:child"
    _require(context, "States.Permissions", ("states:RedriveExecution", children))
