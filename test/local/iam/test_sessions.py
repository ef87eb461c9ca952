"""Sessions of roles, of which executions and functions begin many at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from ministack.services import sts

from local.iam import plugin


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_sessions_begin_in_many_threads(eager_threads: None) -> None:
    plugin.let_sessions_begin_at_once()
    keys = [f"key-{number}" for number in range(3_000)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: sts.register_session(key, {}), keys))

    assert set(keys) <= set(sts._sessions)
