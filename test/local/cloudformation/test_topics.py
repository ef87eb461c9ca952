"""Topics of a template: encrypted with the key that it names, until it names none."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from support.emulation import wait_until


def template(**properties: Any) -> str:
    topic = {"Type": "AWS::SNS::Topic", "Properties": properties}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}}}
    return json.dumps({"Resources": {"Key": key, "Topic": topic}, "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}}})


def test_a_topic_keeps_its_key(client: Callable[[str], Any]) -> None:
    stacks, topics = client("cloudformation"), client("sns")
    name = f"s-{uuid.uuid4().hex[:8]}"

    def key(state: str) -> str | None:
        def settled() -> str | None:
            stack = stacks.describe_stacks(StackName=name)["Stacks"][0]
            return stack["Outputs"][0]["OutputValue"] if stack["StackStatus"] == state else None

        attributes = topics.get_topic_attributes(TopicArn=wait_until(settled, 20))["Attributes"]
        found: str | None = attributes.get("KmsMasterKeyId")
        return found

    encrypted = {"KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}
    stacks.create_stack(StackName=name, TemplateBody=template(**encrypted))
    assert (key("CREATE_COMPLETE") or "").startswith("arn:aws:kms:")
    stacks.update_stack(StackName=name, TemplateBody=template(DisplayName="plain"))
    assert key("UPDATE_COMPLETE") is None
    stacks.delete_stack(StackName=name)
