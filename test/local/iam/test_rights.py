"""Rights enforced: what each may do is what its role's policies say, and what is denied is noted."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from support.control import control
from support.emulation import Machines, archive_of, running_emulator, single, task, wait_until

from local import processes, settings

ECHO = "exports.handler = async (event) => event;"
ACCOUNT, REGION = settings.ACCOUNT, settings.REGION


class Account:
    """Clients of an emulator that judges calls, and roles in it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def client(self, service: str, **credentials: str) -> Any:
        given = credentials or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, config=config, **given)

    def role(self, service: str, *rights: tuple[str, str]) -> str:
        """The ARN of a new role of a service, with these rights."""
        iam, name = self.client("iam"), f"r-{uuid.uuid4().hex[:8]}"
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))
        self.grant(name, *rights)
        return str(made["Role"]["Arn"])

    def grant(self, role: str, *rights: tuple[str, str]) -> None:
        statements = [{"Effect": "Allow", "Action": action, "Resource": resource} for action, resource in rights]
        name = role.rpartition("/")[2]
        if statements:
            self.client("iam").put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=policy(*statements))

    def acting_as(self, role: str, service: str) -> Any:
        """A client with credentials of a role."""
        given = self.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return self.client(
            service,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    def function(self, role: str, source: str = ECHO) -> str:
        made = self.client("lambda").create_function(
            FunctionName=f"f-{uuid.uuid4().hex[:8]}",
            Runtime="nodejs22.x",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": archive_of(source)},
            Timeout=10,
        )
        return str(made["FunctionArn"])

    def denied(self) -> list[tuple[str, str, str]]:
        calls = self._rights("GET")
        return [(call["principal"], call["action"], call["resource"]) for call in calls if not call["allowed"]]

    def _rights(self, method: str) -> Any:
        return control(self.url, method, "rights")

    def forget(self) -> None:
        self._rights("DELETE")


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    port = processes.free_port(settings.HOST)
    with running_emulator(tmp_path_factory.mktemp("iam"), port, CELLFLOW_IAM="1") as running:
        yield Account(running.url)


@pytest.fixture
def bucket(account: Account) -> str:
    """A bucket that is open to TLS alone, as Cellflow's are."""
    s3, name = account.client("s3"), f"b-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    plain = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    s3.put_bucket_policy(Bucket=name, Policy=policy(plain))
    s3.put_object(Bucket=name, Key="open/a", Body=b"[1, 2]")
    s3.put_object(Bucket=name, Key="shut/a", Body=b"[1, 2]")
    return name


def test_a_role_reads_what_its_policy_names(account: Account, bucket: str) -> None:
    role = account.role("lambda", ("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*"))
    s3 = account.acting_as(role, "s3")
    account.forget()

    assert s3.get_object(Bucket=bucket, Key="open/a")["Body"].read() == b"[1, 2]"
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=bucket, Key="shut/a")
    assert account.denied() == [(role.rpartition("/")[2], "s3:GetObject", f"arn:aws:s3:::{bucket}/shut/a")]
    account.forget()
    assert account.denied() == []


def test_a_function_signs_as_its_role(account: Account) -> None:
    source = "exports.handler = async () => process.env.AWS_ACCESS_KEY_ID;"
    functions = account.client("lambda")
    keys = {
        functions.invoke(FunctionName=account.function(account.role("lambda"), source))["Payload"].read()
        for _ in range(2)
    }

    assert len(keys) == 2 and all(key.startswith(b'"ASIA') for key in keys)


def test_a_machine_calls_what_its_role_may(account: Account) -> None:
    function = account.function(account.role("lambda"))
    role = account.role("states")
    machines = Machines(account.client("stepfunctions"), role)

    refused = machines.run(single(task(function)), {"a": 1})
    assert (refused["status"], refused["error"]) == ("FAILED", "States.Permissions")
    assert f"is not authorized to perform: lambda:InvokeFunction on resource: {function}" in refused["cause"]

    account.grant(role, ("lambda:InvokeFunction", function))
    assert machines.redrive(refused["executionArn"])["status"] == "SUCCEEDED"


def test_a_machine_calls_services_as_its_role(account: Account) -> None:
    crawler = f"arn:aws:glue:{REGION}:{ACCOUNT}:crawler/none"
    state = task("arn:aws:states:::aws-sdk:glue:getCrawler", Parameters={"Name": "none"})
    role = account.role("states")
    machines = Machines(account.client("stepfunctions"), role)

    assert machines.run(single(state))["error"] == "Glue.AccessDeniedException"
    account.grant(role, ("glue:GetCrawler", crawler))
    assert machines.run(single(state))["error"] == "Glue.EntityNotFoundException"


def test_a_distributed_map_takes_the_rights_to_read_its_items_and_to_start_children(
    account: Account, bucket: str
) -> None:
    processor = {**single({"Type": "Pass", "End": True}), "ProcessorConfig": {"Mode": "DISTRIBUTED"}}
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": bucket, "Key": "open/a"},
    }
    state = {"Type": "Map", "ItemReader": reader, "ItemProcessor": processor, "End": True}
    role = account.role("states", ("states:StartExecution", "*"))
    machines = Machines(account.client("stepfunctions"), role)

    assert machines.run(single(state))["error"] == "States.ItemReaderFailed"
    reading = ("s3:GetObject", f"arn:aws:s3:::{bucket}/open/*")
    account.grant(role, reading)
    assert machines.run(single(state))["error"] == "States.Permissions"
    account.grant(role, reading, ("states:StartExecution", "*"))
    assert json.loads(machines.run(single(state))["output"]) == [1, 2]


def test_publishing_to_an_encrypted_topic_takes_the_key(account: Account) -> None:
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    topic = account.client("sns").create_topic(Name=f"t-{uuid.uuid4().hex[:8]}", Attributes={"KmsMasterKeyId": key})[
        "TopicArn"
    ]
    role = account.role("states", ("sns:Publish", topic))
    state = task("arn:aws:states:::sns:publish", Parameters={"TopicArn": topic, "Message": "m"})
    machines = Machines(account.client("stepfunctions"), role)

    refused = machines.run(single(state))
    assert refused["error"] == "SNS.AuthorizationErrorException"
    assert "sns:Publish" in refused["cause"]
    account.grant(role, ("sns:Publish", topic), ("kms:GenerateDataKey*", key), ("kms:Decrypt", key))
    assert machines.run(single(state))["status"] == "SUCCEEDED"


def test_the_catalogue_is_asked_for_table_database_and_catalogue(account: Account) -> None:
    glue, name = account.client("glue"), f"d_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(DatabaseName=name, TableInput={"Name": "t"})
    arns = [f"arn:aws:glue:{REGION}:{ACCOUNT}:{path}" for path in (f"table/{name}/t", f"database/{name}", "catalog")]

    for missing in arns:
        role = account.role("lambda", *(("glue:GetTable", arn) for arn in arns if arn != missing))
        with pytest.raises(ClientError, match="AccessDenied"):
            account.acting_as(role, "glue").get_table(DatabaseName=name, Name="t")
    role = account.role("lambda", *(("glue:GetTable", arn) for arn in arns))
    assert account.acting_as(role, "glue").get_table(DatabaseName=name, Name="t")["Table"]["Name"] == "t"


def test_a_rule_reaches_a_function_that_lets_it(account: Account) -> None:
    function, events = account.function(account.role("lambda")), account.client("events")
    rule = f"rule-{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": ["cellflow.test"]}))
    events.put_targets(Rule=rule, Targets=[{"Id": "one", "Arn": function}])
    account.forget()

    events.put_events(Entries=[{"Source": "cellflow.test", "DetailType": "x", "Detail": "{}"}])

    who = ("events.amazonaws.com", "lambda:InvokeFunction", function)
    wait_until(lambda: who in account.denied(), 10)


def test_the_children_of_a_map_run_are_listed_by_a_right_on_the_run(account: Account) -> None:
    run = f"arn:aws:states:{REGION}:{ACCOUNT}:mapRun:machine/Label:1"
    states = account.acting_as(account.role("lambda", ("states:ListExecutions", run)), "stepfunctions")

    with pytest.raises(ClientError, match="AccessDenied"):
        states.list_executions(mapRunArn=run.replace(":1", ":2"))
    # Allowed, so what is said is that there is none.
    with pytest.raises(ClientError, match="ResourceNotFound"):
        states.list_executions(mapRunArn=run)
