"""A template's reference to a secret is its ARN, as policies and functions take it; MiniStack gives its name."""

from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

KIND = "AWS::SecretsManager::Secret"

Made = tuple[str, dict[str, Any]]


def install() -> None:
    handlers = provisioners._RESOURCE_HANDLERS[KIND]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def created(*arguments: Any) -> Made:
        return by_arn(create(*arguments))

    def updated(physical_id: str, *arguments: Any, **named: Any) -> Made:
        return by_arn(update(name_of(physical_id), *arguments, **named))

    def deleted(physical_id: str, *arguments: Any) -> None:
        delete(name_of(physical_id), *arguments)

    handlers.update(create=created, update=updated, delete=deleted)


def by_arn(made: Made) -> Made:
    _name, attributes = made
    return attributes["Arn"], attributes


def name_of(physical_id: str) -> str:
    named = (name for name, secret in secretsmanager._secrets.items() if secret["ARN"] == physical_id)
    return next(named, physical_id)
