"""The job's code under an adversary: `python -m simulation.job.main RUNS [FIRST]`, one run's schedule: `--seed N`."""

import argparse
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from simulation.job.driver import in_one_thread
from simulation.job.walk import walk

CHUNK = 200
Found = tuple[int, str]


def play(first: int, last: int) -> Found | None:
    """The first of these runs that breaks an invariant, and which."""
    with in_one_thread():
        for seed in range(first, last + 1):
            _, broken = walk(seed)
            if broken is not None:
                return seed, broken.invariant
    return None


def play_all(first: int, runs: int, processes: int) -> Found | None:
    """The same in several processes. The first by its number counts, so that it is the same each time."""
    starts = range(first, first + runs, CHUNK)
    ends = [min(start + CHUNK, first + runs) - 1 for start in starts]
    with ProcessPoolExecutor(processes) as pool:
        for found in pool.map(play, starts, ends):
            if found is not None:
                pool.shutdown(cancel_futures=True)
                return found
    return None


def show(seed: int) -> bool:
    """A run with its readable schedule; whether all held."""
    with in_one_thread():
        world, broken = walk(seed)
    print("\n".join(world.log))
    print(f"Seed {seed}: {broken or 'no invariant is broken'}. To see it again: make simulate JOB_SEED={seed}")
    return broken is None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=1_000)
    parser.add_argument("first", type=int, nargs="?", default=1)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--brief", action="store_true", help="say only what broke, and the seed")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    if arguments.seed is not None:
        sys.exit(0 if show(arguments.seed) else 1)
    started = time.monotonic()
    found = play_all(arguments.first, arguments.runs, arguments.processes)
    if found is not None:
        seed, invariant = found
        if arguments.brief:
            print(f"{invariant} {seed}")
        else:
            show(seed)
        sys.exit(1)
    print(f"job: {arguments.runs} runs, no invariant broken ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    main()
