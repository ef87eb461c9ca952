"""What the fault tests share: no fault outlives its test, each begins with the job up, and what is counted is rows."""

from collections.abc import Iterator

import pytest
from support.laptop import Laptop


@pytest.fixture(autouse=True)
def no_fault_left(laptop: Laptop, few_reports: None) -> Iterator[None]:
    laptop.clear_faults()
    yield
    laptop.clear_faults()


@pytest.fixture
def running_job(laptop: Laptop) -> None:
    laptop.start_job()
