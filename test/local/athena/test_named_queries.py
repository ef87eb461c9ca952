"""Athena named queries, by the API and by CloudFormation."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulation import wait_until


@pytest.fixture
def athena(client: Callable[[str], Any]) -> Any:
    return client("athena")


@pytest.fixture
def workgroup(athena: Any) -> str:
    name = f"w-{uuid.uuid4().hex[:8]}"
    athena.create_work_group(Name=name)
    return name


def query(athena: Any, workgroup: str, name: str, sql: str = "select 1") -> str:
    return athena.create_named_query(Name=name, Database="db", QueryString=sql, WorkGroup=workgroup)["NamedQueryId"]


def test_made_changed_and_deleted(athena: Any, workgroup: str) -> None:
    made = query(athena, workgroup, "first")
    athena.update_named_query(NamedQueryId=made, Name="second", QueryString="select 2")

    changed = athena.get_named_query(NamedQueryId=made)["NamedQuery"]
    assert (changed["Name"], changed["QueryString"], changed["WorkGroup"]) == ("second", "select 2", workgroup)
    athena.delete_named_query(NamedQueryId=made)
    with pytest.raises(ClientError, match="InvalidRequestException"):
        athena.get_named_query(NamedQueryId=made)


def test_listed_by_workgroup_and_page(athena: Any, workgroup: str) -> None:
    made = {query(athena, workgroup, f"q{n}") for n in range(55)}
    primary = query(athena, "primary", "elsewhere")

    first = athena.list_named_queries(WorkGroup=workgroup)
    assert len(first["NamedQueryIds"]) == 50
    second = athena.list_named_queries(WorkGroup=workgroup, NextToken=first["NextToken"])
    assert {*first["NamedQueryIds"], *second["NamedQueryIds"]} == made
    assert "NextToken" not in second
    assert primary in athena.list_named_queries()["NamedQueryIds"]
    batch = athena.batch_get_named_query(NamedQueryIds=[*first["NamedQueryIds"][:2], str(uuid.uuid4())])
    assert (len(batch["NamedQueries"]), len(batch["UnprocessedNamedQueryIds"])) == (2, 1)


def test_refused_in_an_unknown_workgroup(athena: Any) -> None:
    with pytest.raises(ClientError, match="is not found"):
        query(athena, "no-such-group", "q")
    with pytest.raises(ClientError, match="is not found"):
        athena.list_named_queries(WorkGroup="no-such-group")


def test_a_resource_of_cloudformation(client: Callable[[str], Any], athena: Any, workgroup: str) -> None:
    cloudformation = client("cloudformation")
    stack = f"s-{uuid.uuid4().hex[:8]}"

    def template(sql: str) -> str:
        properties = {"Database": "db", "Name": "report", "QueryString": sql, "WorkGroup": workgroup}
        resource = {"Type": "AWS::Athena::NamedQuery", "Properties": properties}
        outputs = {"Ref": {"Value": {"Ref": "Q"}}, "Id": {"Value": {"Fn::GetAtt": ["Q", "NamedQueryId"]}}}
        return json.dumps({"Resources": {"Q": resource}, "Outputs": outputs})

    def outputs(status: str) -> dict[str, str] | None:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        assert "FAILED" not in described["StackStatus"] and "ROLLBACK" not in described["StackStatus"], described
        if described["StackStatus"] != status:
            return None
        return {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}

    cloudformation.create_stack(StackName=stack, TemplateBody=template("select 1"))
    made = wait_until(lambda: outputs("CREATE_COMPLETE"))
    assert made["Ref"] == made["Id"]
    assert athena.get_named_query(NamedQueryId=made["Ref"])["NamedQuery"]["QueryString"] == "select 1"

    cloudformation.update_stack(StackName=stack, TemplateBody=template("select 2"))
    changed = wait_until(lambda: outputs("UPDATE_COMPLETE"))
    assert athena.get_named_query(NamedQueryId=changed["Ref"])["NamedQuery"]["QueryString"] == "select 2"
    assert athena.list_named_queries(WorkGroup=workgroup)["NamedQueryIds"] == [changed["Ref"]]

    cloudformation.delete_stack(StackName=stack)
    wait_until(lambda: athena.list_named_queries(WorkGroup=workgroup)["NamedQueryIds"] == [])
