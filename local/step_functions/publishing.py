"""What a task that publishes to SNS fails with: SNS's own error by its name, where MiniStack has one name for all."""

import re
from typing import Any

from ministack.services import stepfunctions as sfn

from local.overriding import original, override
from local.step_functions.errors import StateError


def install() -> None:
    @override(sfn, "_invoke_sns_publish")
    def invoke_sns_publish(resource: str, payload: Any) -> Any:
        try:
            return original(invoke_sns_publish)(resource, payload)
        except StateError as refused:
            raise named(refused) from None

    sfn._SERVICE_DISPATCH["arn:aws:states:::sns:publish"] = invoke_sns_publish


def named(refused: StateError) -> StateError:
    """`SNS.NotFoundException` of SNS's `NotFound`."""
    code = re.search(r"<Code>(.+?)</Code>", refused.cause)
    message = re.search(r"<Message>(.+?)</Message>", refused.cause, re.DOTALL)
    if code is None:
        return refused
    name = code[1].removesuffix("Exception")
    text = message[1] if message else ""
    cause = f"{text} (Service: AmazonSNS; Status Code: 400; Error Code: {code[1]})"
    return StateError(f"SNS.{name}Exception", cause)
