"""Who is told how executions get on: what keeps them, where something does."""

from typing import Any, Protocol

# The record of an execution or of a Map Run.
Record = dict[str, Any]


class Keeper(Protocol):
    def changed(self, record: Record) -> None:
        """There is more to keep of it."""

    def settled(self, record: Record) -> None:
        """It has begun, or has ended: what is kept of it must say so before anybody hears of it."""


class _Nobody:
    def changed(self, record: Record) -> None:
        pass

    def settled(self, record: Record) -> None:
        pass


_keeper: Keeper = _Nobody()
_is_frozen = False


def keep_by(keeper: Keeper) -> None:
    global _keeper
    _keeper = keeper


def freeze() -> None:
    """The process ends: from now on executions stay what they are, whatever fails because the process ends."""
    global _is_frozen
    _is_frozen = True


def is_frozen() -> bool:
    return _is_frozen


def changed(record: Record) -> None:
    _keeper.changed(record)


def settled(record: Record) -> None:
    _keeper.settled(record)
