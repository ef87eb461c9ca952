"""What a state sees where not the call fails, but what carries it out."""

from typing import Any

import pytest
from ministack.services import stepfunctions as sfn

from local.step_functions import tasks
from local.step_functions.errors import StateError
from local.step_functions.resources import Resource
from local.step_functions.scope import Scope

FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:f"


@pytest.mark.parametrize(
    ("resource", "error"),
    [
        (FUNCTION, "Lambda.ServiceException"),
        ("arn:aws:states:::aws-sdk:glue:startCrawler", "Glue.SdkClientException"),
        ("arn:aws:states:::sns:publish", "States.TaskFailed"),
    ],
)
def test_a_defect_of_the_emulator_is_a_fault_of_the_service_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, resource: str, error: str
) -> None:
    def breaks(_arn: str, _payload: Any) -> Any:
        raise RuntimeError("dictionary changed size during iteration")

    monkeypatch.setattr(sfn, "_invoke_resource", breaks)
    monkeypatch.delenv("CELLFLOW_IAM", raising=False)

    with pytest.raises(StateError) as failed:
        tasks._call(Scope(), Resource(resource), {}, 10, {}, {})

    assert (failed.value.error, failed.value.cause) == (error, "RuntimeError: dictionary changed size during iteration")
    [logged] = caplog.records
    assert logged.message == f"a call of {resource} broke"
    assert logged.exc_info is not None
