"""Checks the protocol: `python -m spec.run [--small] [--trace] [words of names…]`; README.md explains it."""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from local.downloads import InstallError
from spec.checks import CHECKS, Check
from spec.tlc import Outcome, install, run_check
from spec.trace import readable

# TLC takes one processor a check.
AT_ONCE = 2


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="only the checks that make test runs")
    parser.add_argument("--trace", action="store_true", help="print the trace of every check that breaks something")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="checks at a time, each on one processor")
    parser.add_argument("words", nargs="*", help="only checks whose name, module or kind has one of these")
    arguments = parser.parse_args(argv)
    checks = chosen(arguments.words, arguments.small)
    if not checks:
        print("No check has such a name.", file=sys.stderr)
        return 2
    try:
        install()
    except InstallError as error:
        print(f"spec: {error}", file=sys.stderr)
        return 2
    started = time.monotonic()
    width = max(len(check.name) for check in checks)
    print(f"{len(checks)} checks, {arguments.at_once} at a time", flush=True)
    outcomes = []
    with ThreadPoolExecutor(arguments.at_once) as pool:
        for outcome in pool.map(run_check, checks):
            outcomes.append(outcome)
            print(row(outcome, width), flush=True)
            if arguments.trace or not outcome.as_expected:
                print(*(f"    {line}" for line in readable(outcome.output)), sep="\n", flush=True)
    wrong = [outcome for outcome in outcomes if not outcome.as_expected]
    print(summary(outcomes, time.monotonic() - started))
    return 1 if wrong else 0


def chosen(words: list[str], small: bool) -> list[Check]:
    def fits(check: Check) -> bool:
        told = f"{check.name} {check.module} {check.kind}".lower()
        return not words or any(word.lower() in told for word in words)

    return [check for check in CHECKS if fits(check) and (check.small or not small)]


def row(outcome: Outcome, width: int) -> str:
    check = outcome.check
    sign = "ok   " if outcome.as_expected else "WRONG"
    expected = "" if outcome.as_expected else f"; expected: {f'breaks {check.breaks}' if check.breaks else 'holds'}"
    head = f"{sign} {check.module:<10} {check.kind:<8} {check.name:<{width}}"
    return f"{head} {outcome.states:>9,} states {outcome.seconds:>5.0f} s  {outcome.told}{expected}"


def summary(outcomes: list[Outcome], seconds: float) -> str:
    wrong = sum(not outcome.as_expected for outcome in outcomes)
    states = sum(outcome.states for outcome in outcomes)
    return f"{len(outcomes) - wrong} as expected, {wrong} not; {states:,} states in {seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
