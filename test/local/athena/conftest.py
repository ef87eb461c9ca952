"""Views over a crawled table and a log of visibility, as the stack makes them."""

from collections.abc import Callable
from typing import Any

import pytest
from support.readers import NEW, OLD, SILENT, Readers


@pytest.fixture
def readers(client: Callable[[str], Any]) -> Readers:
    """Three uploads on three days, of which the log says nothing yet."""
    return Readers(client, {OLD: 3, NEW: 5, SILENT: 7})
