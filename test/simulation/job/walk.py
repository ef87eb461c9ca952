"""A run from a seed: whatever may happen happens in an order that comes again."""

import random
from dataclasses import dataclass

from simulation.job.s3 import Fate
from simulation.job.world import UPLOADS, Broken, World

MOST_STEPS = 400
CALM_STEPS = 2_000
FAULTS = (Fate.UNANSWERED, Fate.UNANSWERED, Fate.LATE, Fate.LOST, Fate.REFUSED, Fate.CONFLICT)
READ_FAULTS = (Fate.LOST, Fate.REFUSED)


@dataclass
class Scenario:
    """How much may go wrong."""

    uploads: int
    records: int
    together: int
    starts: int
    crashes: int
    fresh: float
    faults: float
    republications: int
    lost: float


def draw(rng: random.Random) -> Scenario:
    return Scenario(
        uploads=rng.choice((1, 1, 2)),
        records=rng.randint(2, 4),
        together=rng.choice((1, 2, 2, 3)),
        starts=rng.randint(1, 5),
        crashes=rng.randint(0, 3),
        fresh=rng.choice((0.0, 0.3, 0.7)),
        faults=rng.choice((0.0, 0.0, 0.03, 0.15)),
        republications=rng.randint(0, 2),
        lost=rng.choice((0.0, 0.2)),
    )


def walk(seed: int) -> tuple[World, Broken | None]:
    """Play a run; the world as it ended, and what broke."""
    rng = random.Random(seed)
    scenario = draw(rng)
    world = World(rng, {upload: scenario.records for upload in UPLOADS[: scenario.uploads]})
    world.tell(str(scenario))
    try:
        prepare(world, scenario)
        disturb(world, scenario)
        calm_down(world)
    except Broken as broken:
        world.tell(f"**** {broken}")
        return world, broken
    finally:
        world.end()
    return world, None


def prepare(world: World, scenario: Scenario) -> None:
    rng = world.rng
    ids = [(upload, n) for upload, count in world.records.items() for n in range(count)]
    rng.shuffle(ids)
    if rng.random() < 0.1:
        world.land_as_version_0_1(*ids[0])
    for upload, n in ids:
        if rng.random() >= scenario.lost:
            world.publish(upload, n)


def disturb(world: World, scenario: Scenario) -> None:
    """Drivers at work, with faults, until they are idle or enough has happened."""
    rng = world.rng
    starts, crashes, republications = scenario.starts, scenario.crashes, scenario.republications
    for _ in range(MOST_STEPS):
        alive = world.alive
        if not alive and starts == 0:
            return
        if starts > 0 and (not alive or (len(alive) < scenario.together and rng.random() < 0.1)):
            starts -= 1
            world.start(fresh=bool(world.drivers) and rng.random() < scenario.fresh)
        elif alive and crashes > 0 and rng.random() < 0.02:
            crashes -= 1
            rng.choice(alive).kill()
        elif world.bucket.late and rng.random() < 0.1:
            world.arrive()
        elif republications > 0 and rng.random() < 0.02:
            republications -= 1
            world.republish()
        elif alive:
            driver = rng.choice(alive)
            fate = Fate.ANSWERED
            if rng.random() < scenario.faults:
                fate = rng.choice(FAULTS if driver.writes else READ_FAULTS)
            world.step(driver, fate)
            for upload in world.records:
                if rng.random() < 0.05:
                    world.seal(upload)
        world.check()
        if starts == 0 and all(driver.idle for driver in world.alive) and not world.bucket.late:
            return


def calm_down(world: World) -> None:
    """Nothing goes wrong any more: a driver lands what is missing, and everything can be sealed."""
    while world.bucket.late:
        world.arrive()
        world.check()
    for _ in range(CALM_STEPS):
        if not any(world.missing(upload) for upload in world.records):
            break
        if not world.alive:
            world.start(fresh=False)
        driver = world.rng.choice(world.alive)
        if all(one.idle for one in world.alive):
            world.republish()
        world.step(driver)
        world.check()
    for upload in world.records:
        missing = world.missing(upload)
        if missing:
            raise Broken("Progress", f"{upload[0]}/{missing} has not landed")
        world.seal(upload)
    world.check()
