"""Which objects a query looks at, and how long it takes to find them among others."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from support.lake_views import line
from support.readers import OLD, Readers

from local.athena.listing import keys_below


def plainly(keys: list[str], prefixes: set[str]) -> list[tuple[str, str]]:
    """The same, key by key: the nearest prefix above it, unless a name below that is hidden."""
    found = []
    for key in sorted(keys):
        parts = key.split("/")
        above = [depth for depth in range(len(parts)) if "/".join(parts[:depth]) in prefixes]
        below = parts[max(above) :] if above else []
        if below and below[-1] and not any(name.startswith(("_", ".")) for name in below):
            found.append(("/".join(parts[: max(above)]), key))
    return found


def test_the_nearest_prefix_has_the_key_and_hidden_names_are_left_out() -> None:
    chance = random.Random(1)
    names = ["day=1", "day=10", "day=2", "t", "_x", ".y", "deep", "a.parquet", "_temporary", ""]
    for _ in range(300):
        keys = ["/".join(chance.choices(names, k=chance.randint(1, 4))) for _ in range(30)]
        prefixes = {"/".join(key.split("/")[: chance.randint(1, 3)]).strip("/") for key in chance.sample(keys, 3)}
        prefixes = {prefix for prefix in prefixes if prefix}

        assert list(keys_below(dict.fromkeys(keys), prefixes)) == plainly(list(dict.fromkeys(keys)), prefixes)


@pytest.mark.parametrize("prefixes", [{"visibility"}, {"measurements/day=2026-01-01"}, {"visibility", "claims"}])
def test_keys_elsewhere_cost_next_to_nothing(prefixes: set[str]) -> None:
    keys = dict.fromkeys(f"staged/{n:016x}/{n}" for n in range(100_000))
    keys |= dict.fromkeys(f"{prefix}/{n:032x}-00000001.json" for prefix in prefixes for n in range(2_000))

    # Of a processor: what else the machine does is not counted.
    best = min(seconds_of(lambda: list(keys_below(keys, prefixes)), time.thread_time) for _ in range(5))
    looks = min(seconds_of(lambda: [key.partition("/") for key in keys], time.thread_time) for _ in range(5))

    # Of some looks at each key in Python, twice as many.
    assert best < 10 * looks, f"{best:.3f} s, a look at each takes {looks:.3f} s"
    assert len(list(keys_below(keys, prefixes))) == 2_000 * len(prefixes)


def seconds_of(act: Callable[[], Any], now: Callable[[], float] = time.monotonic) -> float:
    started = now()
    act()
    return now() - started


def test_a_log_of_two_thousand_objects_is_read_in_a_moment(readers: Readers) -> None:
    readers.tell(readers.name, "aa-00000001", [line(OLD, 1)])
    few = min(seconds_of(readers.by_upload) for _ in range(3))
    for number in range(2_000):
        readers.tell(readers.name, f"{number:032x}-00000001", [line(f"{number:016x}", 1)])

    many = min(seconds_of(readers.by_upload) for _ in range(3))

    assert readers.ask("select count(*) from uploads_visibility") == [["2001"]]
    assert many < few + 1, f"{few:.3f} s with one object, {many:.3f} s with 2,001"
