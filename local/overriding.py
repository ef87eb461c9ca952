"""Replacing functions of MiniStack, loudly where a new version no longer has them."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, ParamSpec, Protocol, TypeVar, cast

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)


class Override(Protocol[P, R_co]):
    """A function in the place of another, which it knows."""

    original: Callable[..., Any]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...


def override(place: ModuleType | type, name: str) -> Callable[[Callable[P, R_co]], Override[P, R_co]]:
    """Decorator: put a function in the place of `place.name`; the former one is its attribute `original`."""
    original = getattr(place, name)

    def replace(function: Callable[P, R_co]) -> Override[P, R_co]:
        replacement = cast(Override[P, R_co], function)
        replacement.original = original
        setattr(place, name, replacement)
        return replacement

    return replace


def replace_text(module: ModuleType, name: str, *changes: tuple[str, str]) -> None:
    """Change passages of a script that MiniStack holds as text."""
    text: str = getattr(module, name)
    for old, new in changes:
        if old not in text:
            raise LookupError(f"{module.__name__}.{name} has no passage {old!r}: is MiniStack the pinned version?")
        text = text.replace(old, new)
    setattr(module, name, text)
