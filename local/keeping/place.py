"""Where what is kept lies, and the store of this process."""

from functools import cache
from pathlib import Path

from local import settings
from local.keeping.store import Store


def folder() -> Path:
    return settings.data_dir()


@cache
def store() -> Store:
    """Opened at its first use. Raises CannotKeep."""
    return Store(folder() / "state.db")
