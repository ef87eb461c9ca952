"""A template's topic keeps the key that it is encrypted with, which whoever publishes needs too; MiniStack drops it."""

from typing import Any

from ministack.services import sns
from ministack.services.cloudformation import provisioners

KIND = "AWS::SNS::Topic"
PROPERTY = "KmsMasterKeyId"

Made = tuple[str, dict[str, Any]]


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS[KIND]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, props: dict[str, Any], stack_name: str) -> Made:
        return encrypted(create(logical_id, props, stack_name), props)

    def updated(physical_id: str, old: dict[str, Any], new: dict[str, Any], *others: Any, **named: Any) -> Made:
        return encrypted(update(physical_id, old, new, *others, **named), new)

    handlers.update(create=created, update=updated)


def encrypted(made: Made, props: dict[str, Any]) -> Made:
    attributes = sns._topics[made[0]]["attributes"]
    attributes.pop(PROPERTY, None)
    if key := props.get(PROPERTY):
        attributes[PROPERTY] = key
    return made
