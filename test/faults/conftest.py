"""What the fault tests share: no fault outlives its test, and each begins with the job up."""

from collections.abc import Iterator

import pytest
from support.laptop import Laptop


@pytest.fixture(autouse=True)
def no_fault_left(laptop: Laptop) -> Iterator[None]:
    laptop.clear_faults()
    yield
    laptop.clear_faults()


@pytest.fixture
def running_job(laptop: Laptop) -> None:
    laptop.start_job()
