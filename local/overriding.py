"""Replacing functions of MiniStack, loudly where a new version no longer has them."""

import inspect
import textwrap
from collections.abc import Callable
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_originals: dict[Callable[..., Any], Callable[..., Any]] = {}


def override(place: ModuleType | type, name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: put a function in the place of `place.name`; `original` gives the former one."""
    former = getattr(place, name)

    def replace(function: Callable[P, R]) -> Callable[P, R]:
        _originals[function] = former
        setattr(place, name, function)
        return function

    return replace


def original(function: Callable[..., R]) -> Callable[..., R]:
    """What a function has taken the place of."""
    return _originals[function]


def rewrite(module: ModuleType, name: str, *changes: tuple[str, str], **names: Any) -> None:
    """Change passages of a function's source, where too little of it changes to have it a second time.

    `names` are what the new passages use beside what the module has.
    """
    source = textwrap.dedent(inspect.getsource(getattr(module, name)))
    for old, new in changes:
        if source.count(old) != 1:
            raise LookupError(
                f"{module.__name__}.{name} has {old!r} {source.count(old)} times: is MiniStack the pinned version?"
            )
        source = source.replace(old, new)
    for added, value in names.items():
        setattr(module, added, value)
    exec(compile(source, f"<{module.__name__}.{name}, rewritten>", "exec"), module.__dict__)


def replace_text(module: ModuleType, name: str, *changes: tuple[str, str]) -> None:
    """Change passages of a script that MiniStack holds as text."""
    text: str = getattr(module, name)
    for old, new in changes:
        if old not in text:
            raise LookupError(f"{module.__name__}.{name} has no passage {old!r}: is MiniStack the pinned version?")
        text = text.replace(old, new)
    setattr(module, name, text)
