"""Executions: their states, history and ends."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from support.emulation import Machines, previous_is_earlier, single, task

from local import settings

ECHO = "exports.handler = async (event) => event;"
FAILS = """
class TooManyInvalidRows extends Error { constructor() { super('12 of 13 rows'); this.name = 'TooManyInvalidRows'; } }
exports.handler = async () => { throw new TooManyInvalidRows(); };
"""


@pytest.fixture(scope="module")
def echo(function: Callable[..., str]) -> str:
    return function(ECHO)


def test_a_function_by_its_arn(machines: Machines, echo: str) -> None:
    ended = machines.run(single(task(echo)), {"a": 1})

    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", {"a": 1})
    events = machines.events(ended["executionArn"])
    assert [(event["id"], event["previousEventId"], event["type"]) for event in events] == [
        (1, 0, "ExecutionStarted"),
        (2, 0, "TaskStateEntered"),
        (3, 2, "LambdaFunctionScheduled"),
        (4, 3, "LambdaFunctionStarted"),
        (5, 4, "LambdaFunctionSucceeded"),
        (6, 5, "TaskStateExited"),
        (7, 6, "ExecutionSucceeded"),
    ]
    assert json.loads(events[2]["lambdaFunctionScheduledEventDetails"]["input"]) == {"a": 1}
    assert json.loads(events[5]["stateExitedEventDetails"]["output"]) == {"a": 1}


def test_a_function_through_the_integration(machines: Machines, echo: str) -> None:
    parameters = {"FunctionName": echo, "Payload.$": "$"}
    ended = machines.run(
        single(task("arn:aws:states:::lambda:invoke", Parameters=parameters, OutputPath="$.Payload")), {"a": 1}
    )

    assert json.loads(ended["output"]) == {"a": 1}
    scheduled = next(e for e in machines.events(ended["executionArn"]) if e["type"] == "TaskScheduled")
    details = scheduled["taskScheduledEventDetails"]
    assert (details["resourceType"], details["resource"], details["region"]) == ("lambda", "invoke", "eu-west-1")


def test_the_error_has_the_name_that_the_function_gave_it(machines: Machines, function: Callable[..., str]) -> None:
    ended = machines.run(single(task(function(FAILS))))

    assert (ended["status"], ended["error"]) == ("FAILED", "TooManyInvalidRows")
    cause = json.loads(ended["cause"])
    assert (cause["errorType"], cause["errorMessage"]) == ("TooManyInvalidRows", "12 of 13 rows")
    assert machines.types(ended["executionArn"])[-2:] == ["LambdaFunctionFailed", "ExecutionFailed"]


def test_an_sdk_integration_names_service_and_error(machines: Machines) -> None:
    ended = machines.run(single(task("arn:aws:states:::aws-sdk:glue:getCrawler", Parameters={"Name": "none"})))

    assert ended["error"] == "Glue.EntityNotFoundException"
    failed = next(e for e in machines.events(ended["executionArn"]) if e["type"] == "TaskFailed")
    assert failed["taskFailedEventDetails"]["resourceType"] == "aws-sdk:glue"
    assert failed["taskFailedEventDetails"]["resource"] == "getCrawler"


def test_a_path_that_matches_nothing_fails(machines: Machines, echo: str) -> None:
    ended = machines.run(single(task(echo, Parameters={"b.$": "$.missing"})), {"a": 1})

    assert ended["error"] == "States.Runtime"
    assert "'$.missing' specified for the field 'b.$'" in ended["cause"]


def test_a_caught_error_lands_where_the_catcher_says(machines: Machines, function: Callable[..., str]) -> None:
    catch = [{"ErrorEquals": ["TooManyInvalidRows"], "ResultPath": "$.why", "Next": "After"}]
    definition = single({**task(function(FAILS), Catch=catch)})
    definition["States"]["After"] = {"Type": "Succeed"}
    ended = machines.run(definition, {"a": 1})

    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["output"])["why"]["Error"] == "TooManyInvalidRows"


def test_delays_between_attempts_stop_growing(machines: Machines, function: Callable[..., str]) -> None:
    retry = [
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "BackoffRate": 99, "MaxAttempts": 2, "MaxDelaySeconds": 1}
    ]
    begun = time.monotonic()
    ended = machines.run(single(task(function(FAILS), Retry=retry)))

    assert machines.types(ended["executionArn"]).count("LambdaFunctionScheduled") == 3
    assert 2 * settings.wait_scale() <= time.monotonic() - begun < 9


def test_a_task_that_takes_too_long(machines: Machines, function: Callable[..., str]) -> None:
    slow = function("exports.handler = async () => new Promise((done) => setTimeout(done, 3000));")
    ended = machines.run(single(task(slow, TimeoutSeconds=1)))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.Timeout")
    assert "LambdaFunctionTimedOut" in machines.types(ended["executionArn"])


def test_an_execution_that_takes_too_long(machines: Machines) -> None:
    ended = machines.run(single({"Type": "Wait", "Seconds": 30, "End": True}, TimeoutSeconds=1))

    assert ended["status"] == "TIMED_OUT"
    assert machines.types(ended["executionArn"])[-1] == "ExecutionTimedOut"


def test_an_execution_is_stopped_at_once(machines: Machines) -> None:
    arn = machines.start(single({"Type": "Wait", "Seconds": 30, "End": True}))
    machines.sfn.stop_execution(executionArn=arn, error="Enough", cause="by hand")
    ended = machines.end(arn, seconds=5)

    assert (ended["status"], ended["error"], ended["cause"]) == ("ABORTED", "Enough", "by hand")
    assert machines.types(arn)[-1] == "ExecutionAborted"


def test_branches_have_their_own_lines_and_context(machines: Machines, echo: str) -> None:
    def branch(name: str) -> dict[str, Any]:
        return {
            "StartAt": f"{name} waits",
            "States": {
                f"{name} waits": {"Type": "Wait", "Seconds": 1, "Next": name},
                name: task(echo, Parameters={"state.$": "$$.State.Name"}),
            },
        }

    ended = machines.run(single({"Type": "Parallel", "Branches": [branch("A"), branch("B")], "End": True}))

    assert json.loads(ended["output"]) == [{"state": "A"}, {"state": "B"}]
    events = {event["id"]: event for event in machines.events(ended["executionArn"])}
    started = next(i for i, event in events.items() if event["type"] == "ParallelStateStarted")
    entered = [event for event in events.values() if event["type"] == "WaitStateEntered"]
    assert [event["previousEventId"] for event in entered] == [started, started]
    for event in events.values():
        if event["type"] == "LambdaFunctionScheduled":
            assert events[event["previousEventId"]]["stateEnteredEventDetails"]["name"] in ("A", "B")


def test_a_failing_branch_calls_the_other_off(machines: Machines, function: Callable[..., str]) -> None:
    branches = [single({"Type": "Wait", "Seconds": 30, "End": True}), single(task(function(FAILS)))]
    begun = time.monotonic()
    ended = machines.run(single({"Type": "Parallel", "Branches": branches, "End": True}))

    assert (ended["status"], ended["error"]) == ("FAILED", "TooManyInvalidRows")
    assert time.monotonic() - begun < 20
    assert machines.types(ended["executionArn"])[-3:] == ["WaitStateAborted", "ParallelStateFailed", "ExecutionFailed"]


def test_iterations_are_in_the_history(machines: Machines, echo: str) -> None:
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"item.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
        "ItemProcessor": single(task(echo)),
        "MaxConcurrency": 2,
        "End": True,
    }
    ended = machines.run(single(state), {"items": ["a", "b", "c"]})

    assert json.loads(ended["output"]) == [{"item": item, "index": index} for index, item in enumerate("abc")]
    events = machines.events(ended["executionArn"])
    types = [event["type"] for event in events]
    assert types[1:3] == ["MapStateEntered", "MapStateStarted"]
    assert types[-3:] == ["MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"]
    indexes = sorted(
        e["mapIterationStartedEventDetails"]["index"] for e in events if e["type"] == "MapIterationStarted"
    )
    assert indexes == [0, 1, 2]
    assert types.count("MapIterationSucceeded") == 3
    assert previous_is_earlier(events)


def test_a_wait_and_choice_loop(machines: Machines) -> None:
    definition = {
        "StartAt": "Count",
        "States": {
            "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough?"},
            "Enough?": {
                "Type": "Choice",
                "Choices": [
                    {
                        "And": [{"Variable": "$.n", "NumericLessThan": 3}, {"Variable": "$.x", "IsPresent": False}],
                        "Next": "Wait",
                    }
                ],
                "Default": "Done",
            },
            "Wait": {"Type": "Wait", "SecondsPath": "$.n", "Next": "Count"},
            "Done": {"Type": "Succeed"},
        },
    }
    begun = time.monotonic()
    ended = machines.run(definition, {"n": 1})

    assert json.loads(ended["output"]) == {"n": 3}
    assert time.monotonic() - begun >= 2 * settings.wait_scale()


def test_a_result_over_256_kib_fails(machines: Machines, function: Callable[..., str]) -> None:
    ended = machines.run(single(task(function("exports.handler = async () => 'x'.repeat(300000);"))))

    assert ended["error"] == "States.DataLimitExceeded"


def test_the_same_name_and_input_is_the_same_execution(machines: Machines) -> None:
    arn = machines.start(single({"Type": "Wait", "Seconds": 20, "End": True}))
    described = machines.sfn.describe_execution(executionArn=arn)
    again = {"stateMachineArn": described["stateMachineArn"], "name": described["name"]}

    assert machines.sfn.start_execution(**again, input="{}")["executionArn"] == arn
    with pytest.raises(machines.sfn.exceptions.ExecutionAlreadyExists):
        machines.sfn.start_execution(**again, input='{"other":1}')
    machines.sfn.stop_execution(executionArn=arn)
