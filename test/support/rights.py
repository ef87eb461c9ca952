"""Rights of the deployed roles, as a test takes them away and reads what was asked for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.laptop import Laptop


def role_of_function(laptop: Laptop, name: str) -> str:
    function = laptop.client("lambda").get_function_configuration(FunctionName=f"cellflow-{name}")
    return role_name(function["Role"])


def role_of_job(laptop: Laptop) -> str:
    return role_name(laptop.glue.get_job(JobName=laptop.outputs["JobName"])["Job"]["Role"])


def role_name(arn: str) -> str:
    return arn.rpartition("/")[2]


@contextmanager
def without(laptop: Laptop, role: str, action: str, ending: str) -> Iterator[None]:
    """Takes from a role's policies an action on the resources that end so, and gives it back."""
    iam = laptop.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = {name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names}
    less = {name: reduced(document, action, ending) for name, document in policies.items()}
    assert less != policies, f"{role} has no {action} on …{ending}"
    for name, document in less.items():
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    try:
        yield
    finally:
        for name, document in policies.items():
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
        laptop.forget_denied()


def reduced(document: dict[str, Any], action: str, ending: str) -> dict[str, Any]:
    statements: list[dict[str, Any]] = []
    for statement in document["Statement"]:
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        kept = [resource for resource in resources if not resource.endswith(ending)]
        if action not in actions or kept == resources:
            statements.append(statement)
            continue
        others = [one for one in actions if one != action]
        statements += [{**statement, "Action": others}] if others else []
        statements += [{**statement, "Action": [action], "Resource": kept}] if kept else []
    return {**document, "Statement": statements}


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
