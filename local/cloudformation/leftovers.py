"""Stacks whose update was under way when the emulator ended: the next one begins from what it was before."""

from ministack.services import cloudformation

from local.keeping import registry

AFTER = {
    "UPDATE_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
}


def install() -> None:
    registry.restoring.append(end)


def end() -> None:
    for stack in cloudformation._stacks._data.values():
        stack["StackStatus"] = AFTER.get(stack["StackStatus"], stack["StackStatus"])
