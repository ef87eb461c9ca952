"""Moments at which the emulator is killed, and what it refuses when it starts."""

import hashlib
import io
import json
import threading
import time
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import ROLE, single, wait_until

from local import processes

from .conftest import Emulator, body_of, make_bucket

MB = 1_000_000


def test_of_writers_under_one_condition_one_is_told_that_it_won(emulator: Any) -> None:
    """Also when the emulator is killed among them: whoever was told that it holds a claim holds it afterwards."""
    s3 = make_bucket(emulator, "lake")
    won: dict[str, list[int]] = {f"claims/{n}": [] for n in range(150)}

    def write(writer: int) -> None:
        for key, winners in won.items():
            try:
                s3.put_object(Bucket="lake", Key=key, Body=str(writer).encode(), IfNoneMatch="*")
                winners.append(writer)
            except ClientError as error:
                assert error.response["Error"]["Code"] == "PreconditionFailed"
            except Exception:
                # No answer: it was killed.
                return

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for writer in writers:
        writer.start()
    wait_until(lambda: won["claims/75"])
    emulator.kill()
    for writer in writers:
        writer.join(20)
    emulator.start()

    decided = {key: winners for key, winners in won.items() if winners}
    assert all(len(winners) == 1 for winners in decided.values())
    assert {key: [int(body_of(s3, "lake", key))] for key in decided} == decided


def test_an_object_is_whole_or_not_there_when_the_emulator_is_killed_while_it_is_written(emulator: Any) -> None:
    s3 = make_bucket(emulator, "lake")
    bodies = [bytes([n]) * (4 * MB + n) for n in range(40)]
    acknowledged: list[int] = []

    def write() -> None:
        for n, body in enumerate(bodies):
            try:
                # One key that is replaced again and again, and one more each time.
                s3.put_object(Bucket="lake", Key="same", Body=body)
                s3.put_object(Bucket="lake", Key=f"own/{n}", Body=body)
            except Exception:
                return
            acknowledged.append(n)

    for kill_after in (1, 3, 6):
        acknowledged.clear()
        writer = threading.Thread(target=write)
        writer.start()
        wait_until(lambda least=kill_after: len(acknowledged) >= least)
        time.sleep(0.005 * kill_after)
        emulator.kill()
        writer.join(20)
        emulator.start()

        same = body_of(s3, "lake", "same")
        assert same in bodies and bodies.index(same) >= acknowledged[-1]
        assert s3.head_object(Bucket="lake", Key="same")["ETag"] == f'"{hashlib.md5(same).hexdigest()}"'
        for n in acknowledged:
            assert body_of(s3, "lake", f"own/{n}") == bodies[n]
        held = s3.list_objects_v2(Bucket="lake", Prefix="own/").get("Contents", [])
        for one in held:
            body = body_of(s3, "lake", one["Key"])
            assert len(body) == one["Size"] and body in bodies


def test_a_function_is_there_with_its_code(emulator: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.js", "exports.handler = async (event) => ({ twice: event.n * 2 });")
    functions = emulator.client("lambda")
    functions.create_function(
        FunctionName="f", Runtime="nodejs22.x", Role=ROLE, Handler="index.handler", Code={"ZipFile": archive.getvalue()}
    )

    emulator.kill()
    emulator.start()

    answer = functions.invoke(FunctionName="f", Payload=json.dumps({"n": 21}).encode())
    assert json.load(answer["Payload"]) == {"twice": 42}


def test_an_event_of_an_object_that_was_not_handed_on_is_told_at_the_next_start(emulator: Any) -> None:
    s3 = make_bucket(emulator, "uploads")
    sfn, events = emulator.client("stepfunctions"), emulator.client("events")
    machines = emulator.machines()
    machine = sfn.create_state_machine(
        name="m", definition=json.dumps(single({"Type": "Pass", "End": True})), roleArn=ROLE
    )["stateMachineArn"]
    events.put_rule(Name="rule", EventPattern=json.dumps({"source": ["aws.s3"], "detail-type": ["Object Created"]}))
    events.put_targets(Rule="rule", Targets=[{"Id": "m", "Arn": machine, "RoleArn": ROLE}])
    s3.put_bucket_notification_configuration(
        Bucket="uploads", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )

    def keys() -> set[str]:
        found = sfn.list_executions(stateMachineArn=machine)["executions"]
        inputs = [json.loads(machines.end(one["executionArn"])["input"]) for one in found]
        return {given["detail"]["object"]["key"] for given in inputs}

    written = [f"{n}.csv" for n in range(30)]
    for key in written:
        s3.put_object(Bucket="uploads", Key=key, Body=b"x")
    emulator.kill()
    emulator.start()

    wait_until(lambda: keys() == set(written))


def test_a_second_emulator_is_refused_the_folder(emulator: Any) -> None:
    other = Emulator(emulator.folder)
    with pytest.raises(AssertionError, match="does another emulator run on this folder"):
        other.start()


def test_another_port_is_refused(emulator: Any) -> None:
    emulator.stop()
    kept, emulator.port = emulator.port, processes.free_port("127.0.0.1")
    with pytest.raises(AssertionError, match=f"CELLFLOW_PORT={kept}"):
        emulator.start()
