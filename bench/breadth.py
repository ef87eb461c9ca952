"""The same number of rows over more and more days, in their order and in none: `make bench ONLY=breadth`.

Told are the time against that of seven days in order, and how many objects a table and day an upload leaves.
"""

from collections import Counter
from typing import Any

from bench.edition import Edition
from bench.machine import memory_of
from bench.samples import shuffle
from bench.scale import Scale, median
from bench.table import number

TITLE = "Breadth: the same rows over more days"
BASE = 7
# Rows and days of the whole of the public data set, which come in no order.
WHOLE, QUICK_WHOLE = (11_700_000, 1_090), (10_000, 40)
TABLES = ("measurements", "hourly_quality")


def objects_of(edition: Edition, upload: str) -> dict[str, dict[str, float]]:
    """Objects that an upload left in the tables: the most and the mean of a day, by table."""
    sealed = edition.laptop.read_json(f"sealed/{upload}.json")
    if sealed is None:
        raise RuntimeError(f"sealed/{upload}.json is not there")
    found = {}
    for table in TABLES:
        days = Counter(entry["day"] for entry in sealed["objects"] if entry["table"] == table)
        found[table] = {"days": len(days), "most": max(days.values()), "mean": sum(days.values()) / len(days)}
    return found


def measure_whole(scale: Scale, edition: Edition) -> dict[str, Any]:
    """All at once that a large publisher has."""
    rows, days = scale.of(WHOLE, QUICK_WHOLE)
    file = shuffle(edition.file(rows, days))
    with memory_of(edition.emulator) as peaks:
        reported = edition.report(file, rows, days)
    file.unlink()
    scale.tell(f"{rows:,} rows over {days:,} days in no order: {reported.seconds:.1f} s")
    objects = objects_of(edition, reported.output["upload"]["id"])
    told = {"rows": rows, "days": days, "seconds": reported.seconds, "stages": reported.stages}
    return {**told, "objects": objects, "peakMB": dict(peaks)}


def measure(scale: Scale, edition: Edition) -> dict[str, Any]:
    rows, runs = scale.of(1_000_000, 10_000), scale.of(2, 1)
    ways = [
        (BASE, True),
        *(
            (days, order)
            for days in scale.of((1, 30, 365, 1_090), (30,))
            for order in scale.of((True, False), (False,))
        ),
    ]
    times: dict[tuple[int, bool], list[float]] = {way: [] for way in ways}
    found: list[dict[str, Any]] = []
    for run in range(runs):
        for days, in_order in ways:
            file = edition.file(rows, days)
            if not in_order:
                shuffle(file)
            with memory_of(edition.emulator) as peaks:
                reported = edition.report(file, rows, days)
            file.unlink()
            times[days, in_order].append(reported.seconds)
            scale.tell(
                f"{days:,} days, {'in order' if in_order else 'in none'}, {run + 1} of {runs}: {reported.seconds:.1f} s"
            )
            if run == 0:
                objects = objects_of(edition, reported.output["upload"]["id"])
                found.append(
                    {
                        "days": days,
                        "inOrder": in_order,
                        "objects": objects,
                        "stages": reported.stages,
                        "peakMB": dict(peaks),
                    }
                )
    base = times[BASE, True]
    for one in found:
        took = times[one["days"], one["inOrder"]]
        one["seconds"] = median(took)
        one["ratio"] = median([mine / other for mine, other in zip(took, base, strict=True)])
    return {"rows": rows, "runs": runs, "ways": found, "whole": measure_whole(scale, edition)}


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    rows = [
        [
            f"{way['days']:,} days, {'in order' if way['inOrder'] else 'in none'}",
            number(way["seconds"], "s"),
            number(way["ratio"]),
            *(f"{way['objects'][table]['mean']:.2f} (most {way['objects'][table]['most']})" for table in TABLES),
            number(way["peakMB"].get("all"), "MB"),
        ]
        for way in figures["ways"]
    ]
    headings = [f"{figures['rows']:,} rows over", "upload to mail", f"to {BASE} days"]
    whole = figures["whole"]
    at_once = [
        f"{whole['rows']:,}",
        f"{whole['days']:,}",
        number(whole["seconds"], "s"),
        *(f"{whole['objects'][table]['mean']:.2f} (most {whole['objects'][table]['most']})" for table in TABLES),
        *(number(whole["peakMB"].get(who), "MB") for who in ("emulator", "all")),
    ]
    of_tables = [f"objects a day, {table}" for table in TABLES]
    return [
        ([*headings, *of_tables, "memory"], rows),
        (["rows", "days", "upload to mail", *of_tables, "memory: emulator", "all processes"], [at_once]),
    ]
