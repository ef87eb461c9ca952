"""A change set that takes up existing buckets does so: MiniStack plans it, and then finds that the names are taken."""

from contextvars import ContextVar
from typing import Any

from ministack.services.cloudformation import changesets, provisioners

from local.overriding import original, override

_taken_up: ContextVar[frozenset[str]] = ContextVar("taken_up", default=frozenset())


def install() -> None:
    @override(changesets, "_deploy_stack_async")
    async def deploy(*arguments: Any, imports: dict[str, dict[str, str]] | None = None, **named: Any) -> Any:
        # Of the one deployment: it runs as a task, with a context of its own.
        identifiers = (imports or {}).values()
        _taken_up.set(frozenset(value for identifier in identifiers for value in identifier.values()))
        return await original(deploy)(*arguments, imports=imports, **named)

    @override(provisioners, "s3_bucket_name_conflict")
    def name_conflict(name: str) -> str | None:
        return None if name in _taken_up.get() else original(name_conflict)(name)
