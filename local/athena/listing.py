"""Which keys of a bucket lie below some prefixes, without looking closely at any that cannot."""

import os.path
from collections.abc import Collection, Iterable, Iterator


def keys_below(keys: Iterable[str], prefixes: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each key below a prefix, with the nearest prefix above it, in the keys' order.

    Prefixes have no slash at their ends. Left out is what Athena does not read: names that begin with `_` or `.`.
    """
    common = os.path.commonprefix([f"{prefix}/" if prefix else "" for prefix in prefixes])  # noqa: RUF071 # of letters
    # In one step of the interpreter, since others add keys and take some away meanwhile.
    held = list(keys)
    above: dict[str, str | None] = {}
    for key in sorted(key for key in held if key.startswith(common)):
        folder, _slash, name = key.rpartition("/")
        if not name or name[0] in "_.":
            continue
        if folder not in above:
            above[folder] = _nearest(folder, prefixes)
        prefix = above[folder]
        if prefix is not None:
            yield prefix, key


def _nearest(folder: str, prefixes: Collection[str]) -> str | None:
    while folder not in prefixes:
        folder, slash, name = folder.rpartition("/")
        if name.startswith(("_", ".")):
            return None
        if not slash:
            return "" if "" in prefixes else None
    return folder
