"""The job's way from a batch to the ledger under an adversary, and that the adversary finds what is wrong with it."""

import random
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from simulation.job import planted
from simulation.job.driver import in_one_thread
from simulation.job.main import play_all
from simulation.job.s3 import Fate
from simulation.job.walk import calm_down, walk
from simulation.job.world import UPLOADS, World

RUNS = 500
MOST_DRIVERS = 6
TOGETHER = 3


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    with in_one_thread():
        yield


def test_no_invariant_breaks() -> None:
    assert play_all(1, RUNS, 2) is None


def test_a_seed_plays_the_same_schedule_each_time() -> None:
    logs = []
    for _ in range(2):
        with in_one_thread():
            logs.append(walk(17)[0].log)
    assert len(logs[0]) > 20
    assert logs[0] == logs[1]


@pytest.mark.parametrize("fault", ["number of its batch", "batch for a token", "refused page"])
def test_planted_faults_are_found(fault: str) -> None:
    """Those that are found soon; all of them: `make simulate-planted`."""
    assert planted.find_all(fault, 2_000)


class Drivers(RuleBasedStateMachine):
    """Whatever hypothesis comes up with; what breaks an invariant it makes as short as it can."""

    world: World

    @initialize(records=st.lists(st.integers(1, 3), min_size=1, max_size=2), seed=st.integers(0, 1_000))
    def begin(self, records: list[int], seed: int) -> None:
        self.world = World(random.Random(seed), dict(zip(UPLOADS, records, strict=False)))
        for upload, count in self.world.records.items():
            for n in range(count):
                self.world.publish(upload, n)

    @precondition(lambda self: len(self.world.drivers) < MOST_DRIVERS and len(self.world.alive) < TOGETHER)
    @rule(fresh=st.booleans())
    def start(self, fresh: bool) -> None:
        self.world.start(fresh and bool(self.world.drivers))

    @precondition(lambda self: self.world.alive)
    @rule(which=st.integers(0, TOGETHER - 1), steps=st.integers(1, 12))
    def go_on(self, which: int, steps: int) -> None:
        driver = self.world.alive[which % len(self.world.alive)]
        for _ in range(steps):
            if driver.waits is None:
                return
            self.world.step(driver)
            self.world.check()

    @precondition(lambda self: any(driver.writes for driver in self.world.alive))
    @rule(
        which=st.integers(0, TOGETHER - 1), fate=st.sampled_from([fate for fate in Fate if fate is not Fate.ANSWERED])
    )
    def disturb(self, which: int, fate: Fate) -> None:
        writing = [driver for driver in self.world.alive if driver.writes]
        self.world.step(writing[which % len(writing)], fate)

    @precondition(lambda self: self.world.alive)
    @rule(which=st.integers(0, TOGETHER - 1))
    def kill(self, which: int) -> None:
        self.world.alive[which % len(self.world.alive)].kill()

    @precondition(lambda self: self.world.bucket.late)
    @rule()
    def arrive(self) -> None:
        self.world.arrive()

    @rule()
    def republish(self) -> None:
        if len(self.world.stream) < 20:
            self.world.republish()

    @rule(which=st.integers(0, 1))
    def seal(self, which: int) -> None:
        uploads = list(self.world.records)
        self.world.seal(uploads[which % len(uploads)])

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "world"):
            self.world.check()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            calm_down(self.world)
        finally:
            self.world.end()


Drivers.TestCase.settings = settings(
    max_examples=80,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestDrivers = Drivers.TestCase
