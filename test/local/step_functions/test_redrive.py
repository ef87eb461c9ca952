"""Redriving executions: same ARN, only what had not succeeded runs again."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from support.emulation import Machines, previous_is_earlier, single, task, wait_until

# Fails for every item that the switch object in S3 names; counts its invocations in objects.
SWITCHED = """
const http = require('node:http');
const call = (method, path, body) => new Promise((resolve, reject) => {
  const request = http.request(process.env.AWS_ENDPOINT_URL + path, { method }, (response) => {
    let text = '';
    response.on('data', (part) => { text += part; });
    response.on('end', () => resolve({ status: response.statusCode, text }));
  });
  request.on('error', reject);
  request.end(body);
});
exports.handler = async (event, context) => {
  const { bucket, item } = event;
  await call('PUT', `/${bucket}/calls/${item}/${context.awsRequestId}`, JSON.stringify(event));
  const { status, text } = await call('GET', `/${bucket}/failing.json`);
  if (status === 200 && JSON.parse(text).includes(item)) {
    throw Object.assign(new Error(`item ${item} is set to fail`), { name: 'SetToFail' });
  }
  return { item };
};
"""


class Switch:
    """Which items the function fails for, and how often it ran for each."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self.s3, self.bucket = s3, bucket

    def failing(self, *items: str) -> None:
        self.s3.put_object(Bucket=self.bucket, Key="failing.json", Body=json.dumps(items))

    def calls(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for entry in self.s3.list_objects_v2(Bucket=self.bucket, Prefix="calls/").get("Contents", []):
            item = entry["Key"].split("/")[1]
            counts[item] = counts.get(item, 0) + 1
        return counts


@pytest.fixture(scope="module")
def switched(function: Callable[..., str]) -> str:
    return function(SWITCHED)


@pytest.fixture
def switch(client: Callable[[str], Any], bucket: str) -> Switch:
    return Switch(client("s3"), bucket)


def call(switched: str, item: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": switched,
        "Parameters": {"bucket.$": "$.bucket", "item": item},
        "ResultPath": f"$.{item}",
    }


def test_goes_on_at_the_failed_state(machines: Machines, switched: str, switch: Switch) -> None:
    switch.failing("b")
    definition = {
        "StartAt": "First",
        "States": {
            "First": {**call(switched, "a"), "Next": "Second"},
            "Second": {**call(switched, "b"), "Next": "Third"},
            "Third": {
                "Type": "Pass",
                "Parameters": {"count.$": "$$.Execution.RedriveCount", "time.$": "$$.Execution.RedriveTime"},
                "End": True,
            },
        },
    }
    failed = machines.run(definition, {"bucket": switch.bucket})
    arn = failed["executionArn"]
    assert (failed["status"], failed["error"]) == ("FAILED", "SetToFail")
    assert (failed["redriveStatus"], failed["redriveCount"]) == ("REDRIVABLE", 0)
    before = machines.events(arn)

    switch.failing()
    ended = machines.redrive(arn)

    assert (ended["status"], ended["redriveCount"], ended["executionArn"]) == ("SUCCEEDED", 1, arn)
    assert "error" not in ended and ended["redriveStatus"] == "NOT_REDRIVABLE"
    assert json.loads(ended["output"])["count"] == 1 and json.loads(ended["output"])["time"].endswith("Z")
    assert switch.calls() == {"a": 1, "b": 2}
    events = machines.events(arn)
    assert events[: len(before)] == before
    assert [event["type"] for event in events[len(before) :]][:4] == [
        "ExecutionRedriven",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
    ]
    assert events[len(before)]["executionRedrivenEventDetails"] == {"redriveCount": 1}
    assert previous_is_earlier(events)


def test_may_fail_again_and_again(machines: Machines, switched: str, switch: Switch) -> None:
    switch.failing("a")
    arn = machines.run(single({**call(switched, "a"), "End": True}), {"bucket": switch.bucket})["executionArn"]
    assert machines.redrive(arn)["status"] == "FAILED"
    assert machines.redrive(arn)["redriveCount"] == 2

    switch.failing()
    assert machines.redrive(arn)["status"] == "SUCCEEDED"
    assert switch.calls() == {"a": 4}


def test_runs_only_the_branches_that_had_not_succeeded(machines: Machines, switched: str, switch: Switch) -> None:
    switch.failing("b")
    inner = {
        "StartAt": "Before",
        "States": {"Before": {"Type": "Wait", "Seconds": 1, "Next": "B"}, "B": {**call(switched, "b"), "End": True}},
    }
    branches = [single({**call(switched, "a"), "End": True}), inner]
    arn = machines.run(single({"Type": "Parallel", "Branches": branches, "End": True}), {"bucket": switch.bucket})[
        "executionArn"
    ]
    before = len(machines.types(arn))

    switch.failing()
    ended = machines.redrive(arn)

    assert [sorted(part) for part in json.loads(ended["output"])] == [["a", "bucket"], ["b", "bucket"]]
    assert switch.calls() == {"a": 1, "b": 2}
    added = machines.types(arn)[before:]
    assert added[0] == "ExecutionRedriven" and "WaitStateEntered" not in added and "ParallelStateStarted" not in added


def test_runs_only_the_iterations_that_had_not_succeeded(machines: Machines, switched: str, switch: Switch) -> None:
    switch.failing("c")
    state = {
        "Type": "Map",
        "ItemsPath": "$.items",
        "ItemSelector": {"bucket.$": "$.bucket", "item.$": "$$.Map.Item.Value"},
        "ItemProcessor": single(task(switched)),
        "MaxConcurrency": 1,
        "End": True,
    }
    given = {"bucket": switch.bucket, "items": ["a", "b", "c", "d"]}
    arn = machines.run(single(state), given)["executionArn"]
    assert switch.calls() == {"a": 1, "b": 1, "c": 1}

    switch.failing()
    ended = machines.redrive(arn)

    assert json.loads(ended["output"]) == [{"item": item} for item in "abcd"]
    assert switch.calls() == {"a": 1, "b": 1, "c": 2, "d": 1}


def test_after_a_stop_goes_on_where_it_stood(machines: Machines, switched: str, switch: Switch) -> None:
    definition = {
        "StartAt": "First",
        "States": {
            "First": {**call(switched, "a"), "Next": "Pause"},
            "Pause": {"Type": "Wait", "Seconds": 2, "Next": "Last"},
            "Last": {**call(switched, "b"), "End": True},
        },
    }
    arn = machines.start(definition, {"bucket": switch.bucket})
    wait_until(lambda: "WaitStateEntered" in machines.types(arn))
    machines.sfn.stop_execution(executionArn=arn)

    assert machines.redrive(arn)["status"] == "SUCCEEDED"
    assert switch.calls() == {"a": 1, "b": 1}


def test_what_runs_or_has_succeeded_cannot_be_redriven(machines: Machines) -> None:
    ended = machines.run(single({"Type": "Pass", "End": True}))
    running = machines.start(single({"Type": "Wait", "Seconds": 20, "End": True}))

    for arn in (ended["executionArn"], running):
        with pytest.raises(machines.sfn.exceptions.ExecutionNotRedrivable):
            machines.sfn.redrive_execution(executionArn=arn)
    with pytest.raises(machines.sfn.exceptions.ExecutionDoesNotExist):
        machines.sfn.redrive_execution(executionArn=running + "x")
    machines.sfn.stop_execution(executionArn=running)


def distributed(switched: str, **fields: Any) -> dict[str, Any]:
    return {
        "Type": "Map",
        "Label": "Chunks",
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket.$": "$.bucket", "Key": "items.json"},
        },
        "ItemSelector": {"bucket.$": "$.bucket", "item.$": "$$.Map.Item.Value.chunk"},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            **single(task(switched)),
        },
        "MaxConcurrencyPath": "$.limit",
        "ResultPath": None,
        "End": True,
        **fields,
    }


@pytest.fixture
def items(switch: Switch) -> list[str]:
    names = [f"i{n}" for n in range(6)]
    switch.s3.put_object(Bucket=switch.bucket, Key="items.json", Body=json.dumps([{"chunk": name} for name in names]))
    return names


def test_children_are_executions_of_their_own(
    machines: Machines, switched: str, switch: Switch, items: list[str]
) -> None:
    given = {"bucket": switch.bucket, "limit": 3}
    ended = machines.run(single(distributed(switched)), given)

    assert json.loads(ended["output"]) == given
    assert machines.types(ended["executionArn"])[1:-1] == [
        "MapStateEntered",
        "MapStateStarted",
        "MapRunStarted",
        "MapRunSucceeded",
        "MapStateSucceeded",
        "MapStateExited",
    ]
    run = machines.sfn.list_map_runs(executionArn=ended["executionArn"])["mapRuns"][0]
    described = machines.sfn.describe_map_run(mapRunArn=run["mapRunArn"])
    assert (described["status"], described["itemCounts"]["succeeded"], described["maxConcurrency"]) == (
        "SUCCEEDED",
        6,
        3,
    )
    children = machines.sfn.list_executions(mapRunArn=run["mapRunArn"])["executions"]
    assert len(children) == 6
    child = machines.sfn.describe_execution(executionArn=children[0]["executionArn"])
    assert child["mapRunArn"] == run["mapRunArn"] and child["stateMachineArn"].endswith("/Chunks")
    assert machines.types(child["executionArn"]) == [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ]


def test_only_unsuccessful_children_are_redriven(
    machines: Machines, switched: str, switch: Switch, items: list[str]
) -> None:
    switch.failing("i2")
    arn = machines.run(single(distributed(switched)), {"bucket": switch.bucket, "limit": 1})["executionArn"]
    failed = machines.sfn.describe_execution(executionArn=arn)
    assert failed["error"] == "States.ExceedToleratedFailureThreshold"
    assert machines.types(arn)[-3:] == ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]
    run = machines.sfn.list_map_runs(executionArn=arn)["mapRuns"][0]["mapRunArn"]
    child = machines.sfn.list_executions(mapRunArn=run, statusFilter="FAILED")["executions"]
    assert len(child) == 1
    described = machines.sfn.describe_execution(executionArn=child[0]["executionArn"])
    assert (described["error"], described["redriveStatus"]) == ("SetToFail", "REDRIVABLE_BY_MAP_RUN")
    counts = machines.sfn.describe_map_run(mapRunArn=run)["executionCounts"]
    assert (counts["succeeded"], counts["failed"], counts["pending"]) == (2, 1, 3)
    with pytest.raises(machines.sfn.exceptions.ExecutionNotRedrivable):
        machines.sfn.redrive_execution(executionArn=child[0]["executionArn"])

    switch.failing()
    ended = machines.redrive(arn)

    assert ended["status"] == "SUCCEEDED"
    assert switch.calls() == {name: 2 if name == "i2" else 1 for name in items}
    again = machines.sfn.describe_map_run(mapRunArn=run)
    assert (again["status"], again["redriveCount"], again["executionCounts"]["succeeded"]) == ("SUCCEEDED", 1, 6)
    assert len(machines.sfn.list_map_runs(executionArn=arn)["mapRuns"]) == 1
    redriven = machines.sfn.describe_execution(executionArn=child[0]["executionArn"])
    assert (redriven["status"], redriven["redriveCount"]) == ("SUCCEEDED", 1)
    assert "ExecutionRedriven" in machines.types(child[0]["executionArn"])
    event = next(e for e in machines.events(arn) if e["type"] == "MapRunRedriven")
    assert event["mapRunRedrivenEventDetails"] == {"mapRunArn": run, "redriveCount": 1}


def test_a_retry_of_the_map_state_is_a_new_map_run(
    machines: Machines, switched: str, switch: Switch, items: list[str]
) -> None:
    switch.failing("i0")
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    arn = machines.run(single(distributed(switched, Retry=retry)), {"bucket": switch.bucket, "limit": 1})[
        "executionArn"
    ]

    assert len(machines.sfn.list_map_runs(executionArn=arn)["mapRuns"]) == 2


def test_stopping_the_parent_stops_the_children(
    machines: Machines, client: Callable[[str], Any], switch: Switch, items: list[str]
) -> None:
    waiting = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, **single({"Type": "Wait", "Seconds": 30, "End": True})}
    arn = machines.start(single(distributed("", ItemProcessor=waiting)), {"bucket": switch.bucket, "limit": 2})
    run = wait_until(lambda: machines.sfn.list_map_runs(executionArn=arn)["mapRuns"])[0]["mapRunArn"]
    wait_until(lambda: len(machines.sfn.list_executions(mapRunArn=run, statusFilter="RUNNING")["executions"]) == 2)
    machines.sfn.stop_execution(executionArn=arn)

    wait_until(lambda: len(machines.sfn.list_executions(mapRunArn=run, statusFilter="ABORTED")["executions"]) == 2)
    wait_until(lambda: machines.sfn.describe_map_run(mapRunArn=run)["status"] == "ABORTED")


def test_a_missing_item_file_starts_a_new_map_run_on_redrive(machines: Machines, switched: str, switch: Switch) -> None:
    given = {"bucket": switch.bucket, "limit": 1}
    failed = machines.run(single(distributed(switched)), given)
    assert failed["error"] == "States.ItemReaderFailed"

    switch.s3.put_object(Bucket=switch.bucket, Key="items.json", Body='[{"chunk":"x"}]')
    assert machines.redrive(failed["executionArn"])["status"] == "SUCCEEDED"


def test_every_status_becomes_an_event(
    machines: Machines, client: Callable[[str], Any], switched: str, switch: Switch, emulator: SimpleNamespace
) -> None:
    queue = client("sqs").create_queue(QueueName="statuses")["QueueUrl"]
    pattern = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}
    client("events").put_rule(Name="statuses", EventPattern=json.dumps(pattern))
    client("events").put_targets(
        Rule="statuses", Targets=[{"Id": "1", "Arn": "arn:aws:sqs:eu-west-1:000000000000:statuses"}]
    )
    switch.failing("a")
    arn = machines.run(single({**call(switched, "a"), "End": True}), {"bucket": switch.bucket})["executionArn"]
    switch.failing()
    machines.redrive(arn)
    seen: list[dict[str, Any]] = []

    def all_there() -> bool:
        messages = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        details = [json.loads(message["Body"])["detail"] for message in messages]
        seen.extend(detail for detail in details if detail["executionArn"] == arn)
        return len(seen) >= 4

    wait_until(all_there)
    client("events").remove_targets(Rule="statuses", Ids=["1"])
    assert [(d["status"], d["redriveCount"], d["redriveStatus"]) for d in seen] == [
        ("RUNNING", 0, "NOT_REDRIVABLE"),
        ("FAILED", 0, "REDRIVABLE"),
        ("RUNNING", 1, "NOT_REDRIVABLE"),
        ("SUCCEEDED", 1, "NOT_REDRIVABLE"),
    ]
    assert seen[1]["error"] == "SetToFail" and seen[3]["output"] is not None


def test_after_its_time_it_gets_the_whole_time_again(machines: Machines) -> None:
    until = (datetime.now(timezone.utc) + timedelta(seconds=2.5)).isoformat()
    failed = machines.run(
        single({"Type": "Wait", "TimestampPath": "$.until", "End": True}, TimeoutSeconds=2), {"until": until}
    )
    assert (failed["status"], failed["redriveStatus"]) == ("TIMED_OUT", "REDRIVABLE")

    assert machines.redrive(failed["executionArn"])["status"] == "SUCCEEDED"


def test_a_call_from_before_the_stop_changes_nothing(
    machines: Machines, function: Callable[..., str], switch: Switch
) -> None:
    slow = function(
        SWITCHED.replace("return { item };", "await new Promise((done) => setTimeout(done, 1500)); return { item };")
    )
    definition = {
        "StartAt": "First",
        "States": {"First": {**call(slow, "a"), "Next": "Last"}, "Last": {**call(slow, "b"), "End": True}},
    }
    arn = machines.start(definition, {"bucket": switch.bucket})
    wait_until(lambda: switch.calls() == {"a": 1})
    machines.sfn.stop_execution(executionArn=arn)
    first = machines.sfn.redrive_execution(executionArn=arn, clientToken="once")["redriveDate"]
    assert machines.sfn.redrive_execution(executionArn=arn, clientToken="once")["redriveDate"] == first

    ended = machines.end(arn)
    assert (ended["status"], ended["redriveCount"]) == ("SUCCEEDED", 1)
    assert switch.calls() == {"a": 2, "b": 1}
    types = machines.types(arn)
    assert types.count("LambdaFunctionSucceeded") == 2 and types.count("ExecutionSucceeded") == 1


def test_a_loop_beside_a_map_run_goes_on_with_it(
    machines: Machines, switched: str, switch: Switch, items: list[str]
) -> None:
    """The shape of the upload's streaming stage: children publish in one branch, a loop waits in the other."""
    switch.failing("i3")
    loop = {
        "StartAt": "Pause",
        "States": {
            "Pause": {"Type": "Wait", "Seconds": 1, "Next": "Count"},
            "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Enough?"},
            "Enough?": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.n", "NumericGreaterThanEquals": 3, "Next": "Done"}],
                "Default": "Pause",
            },
            "Done": {"Type": "Succeed"},
        },
    }
    branches = [single(distributed(switched)), loop]
    state = {"Type": "Parallel", "Branches": branches, "ResultPath": None, "End": True}
    given = {"bucket": switch.bucket, "limit": 1, "n": 0}
    failed = machines.run(single(state), given)
    arn = failed["executionArn"]
    assert failed["error"] == "States.ExceedToleratedFailureThreshold"
    before = machines.types(arn)
    assert before[-2:] == ["ParallelStateFailed", "ExecutionFailed"] and "WaitStateAborted" in before

    switch.failing()
    ended = machines.redrive(arn)

    assert (ended["status"], json.loads(ended["output"])) == ("SUCCEEDED", given)
    assert switch.calls() == {name: 2 if name == "i3" else 1 for name in items}
    after = machines.types(arn)[len(before) :]
    assert after[0] == "ExecutionRedriven" and after.count("MapRunRedriven") == 1
    assert after.count("ParallelStateExited") == 1 and "ParallelStateStarted" not in after
    assert previous_is_earlier(machines.events(arn))
