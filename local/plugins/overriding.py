"""Replacing functions of MiniStack, loudly where a new version no longer has them."""

from collections.abc import Callable
from types import ModuleType
from typing import Any


def override(module: ModuleType, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: put a function in the place of `module.name`; the former one is its attribute `original`."""
    original = getattr(module, name)

    def replace(replacement: Callable[..., Any]) -> Callable[..., Any]:
        replacement.original = original  # type: ignore[attr-defined]
        setattr(module, name, replacement)
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
