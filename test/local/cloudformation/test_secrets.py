"""Secrets of a template: a reference is the ARN, as on AWS."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from support.emulation import wait_until


def template(description: str) -> str:
    secret = {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {"Description": description, "GenerateSecretString": {"PasswordLength": 32}},
    }
    return json.dumps({"Resources": {"Secret": secret}, "Outputs": {"Reference": {"Value": {"Ref": "Secret"}}}})


def test_a_reference_is_the_arn_and_stays_so(client: Callable[[str], Any]) -> None:
    stacks, secrets = client("cloudformation"), client("secretsmanager")
    name = f"s-{uuid.uuid4().hex[:8]}"

    def reference(*states: str) -> str:
        def settled() -> str | None:
            stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
            return stack["Outputs"][0]["OutputValue"] if stack["StackStatus"] in states else None

        found: str = wait_until(settled, 20)
        return found

    stacks.create_stack(StackName=name, TemplateBody=template("first"))
    made = reference("CREATE_COMPLETE")
    value = secrets.get_secret_value(SecretId=made)
    assert made == value["ARN"]

    stacks.update_stack(StackName=name, TemplateBody=template("second"))
    assert reference("UPDATE_COMPLETE") == made
    assert secrets.describe_secret(SecretId=made)["Description"] == "second"
    assert secrets.get_secret_value(SecretId=made)["SecretString"] == value["SecretString"]

    stacks.delete_stack(StackName=name)
    wait_until(lambda: made not in {secret["ARN"] for secret in secrets.list_secrets()["SecretList"]}, 20)
