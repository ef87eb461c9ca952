"""What an account would be billed for an upload: `make bench ONLY=bill`.

The emulator counts (`local/metering/`) while a file goes from upload to mail, three times each: one of ten thousand
rows and one of a million (five and fifty thousand, where it is quick). `cost.py` draws the line through both, and
multiplies it by prices. Seconds are those of this machine. What the laptop has on its own disk, the checkpoint of the
job, is not counted.
"""

from typing import Any

from bench.edition import Edition
from bench.scale import Scale, median
from bench.table import number

TITLE = "What an account would be billed, by upload"
DAYS = 7
FULL = (10_000, 1_000_000)
QUICK = (5_000, 50_000)

Meter = dict[str, dict[str, dict[str, float]]]


def requests_of(meter: Meter) -> dict[str, float]:
    """Requests to S3 by kind, of whoever made them."""
    return {
        name: sum(amount for unit, amount in units.items() if unit.startswith("requests."))
        for name, units in meter.get("s3", {}).items()
    }


def usage_of(meter: Meter, job_seconds: float, runs: int) -> dict[str, Any]:
    """What one upload used, of what was counted in so many."""

    def mean(kind: str, name: str, unit: str) -> float:
        return meter.get(kind, {}).get(name, {}).get(unit, 0.0) / runs

    functions = meter.get("lambda", {})
    requests = requests_of(meter)
    return {
        "lambdaGBSeconds": {name: units.get("gbSeconds", 0.0) / runs for name, units in functions.items()},
        "lambdaRequests": sum(units.get("requests", 0.0) for units in functions.values()) / runs,
        "stateTransitions": sum(units.get("transitions", 0.0) for units in meter.get("states", {}).values()) / runs,
        "streamRecords": mean("stream", "in", "records"),
        "streamBytes": mean("stream", "in", "bytes"),
        "streamBytesBilled": mean("stream", "in", "bytesBilled"),
        "glueSeconds": job_seconds,
        "crawls": meter.get("states", {}).get("Start crawler", {}).get("transitions", 0.0) / runs,
        "queries": mean("athena", "queries", "requests"),
        "queryBytes": mean("athena", "queries", "bytesScanned"),
        "queryBytesBilled": mean("athena", "queries", "bytesBilled"),
        "queryObjects": mean("athena", "objects", "files"),
        "queryListings": mean("athena", "objects", "listings"),
        "s3Requests": {name: amount / runs for name, amount in requests.items()},
        "mails": meter.get("states", {}).get("E-mail report links", {}).get("transitions", 0.0) / runs,
    }


def stored(edition: Edition, upload: str) -> dict[str, float]:
    """Bytes that an upload leaves, by what they are for."""
    sizes: dict[str, float] = {"uploads": 0.0, "runs": 0.0, "lake": 0.0, "reports": 0.0}
    folders = {
        "staged/": "runs",
        "runs/": "runs",
        "landing/": "runs",
        "measurements/": "lake",
        "hourly_quality/": "lake",
    }
    for bucket in ("LakeBucket", "ReportsBucket"):
        pages = edition.laptop.s3.get_paginator("list_objects_v2").paginate(Bucket=edition.laptop.outputs[bucket])
        for item in (item for page in pages for item in page.get("Contents", []) if upload in item["Key"]):
            kind = next((kind for prefix, kind in folders.items() if item["Key"].startswith(prefix)), "lake")
            sizes["reports" if bucket == "ReportsBucket" else kind] += item["Size"]
    return sizes


def alarms(edition: Edition) -> int:
    """Alarms that the deployment has, which cost while nothing is uploaded."""
    pages = edition.laptop.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return sum(len(page["MetricAlarms"]) for page in pages)


def measure(scale: Scale, edition: Edition) -> dict[str, Any]:
    runs, found = scale.of(3, 1), []
    for rows in scale.of(FULL, QUICK):
        edition.laptop.control("DELETE", "meter")
        job_seconds, file_bytes = [], 0
        for run in range(runs):
            file = edition.file(rows, DAYS)
            file_bytes = file.stat().st_size
            reported = edition.report(file, rows, DAYS)
            job_seconds.append(reported.job_seconds)
            file.unlink()
            scale.tell(f"{rows:,} rows, {run + 1} of {runs}: {reported.seconds:.1f} s")
        usage = usage_of(edition.laptop.control("GET", "meter"), median(job_seconds), runs)
        bytes_stored = stored(edition, reported.output["upload"]["id"])
        bytes_stored["uploads"] = file_bytes
        found.append(
            {"rows": rows, "days": DAYS, "runs": runs, "fileBytes": file_bytes, "usage": usage, "stored": bytes_stored}
        )
    return {"sizes": found, "alarms": alarms(edition)}


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    sizes = figures["sizes"]
    usages = [size["usage"] for size in sizes]
    lines: list[tuple[str, list[float]]] = [
        ("Lambda, GB-seconds", [sum(usage["lambdaGBSeconds"].values()) for usage in usages]),
        *(
            (f"  {name}", [usage["lambdaGBSeconds"].get(name, 0.0) for usage in usages])
            for name in sorted({name for usage in usages for name in usage["lambdaGBSeconds"]})
        ),
        ("Lambda, requests", [usage["lambdaRequests"] for usage in usages]),
        ("Step Functions, transitions", [usage["stateTransitions"] for usage in usages]),
        ("Kinesis, records", [usage["streamRecords"] for usage in usages]),
        ("Kinesis, MB", [usage["streamBytes"] / 1e6 for usage in usages]),
        ("Glue, seconds of the job", [usage["glueSeconds"] for usage in usages]),
        ("Glue, crawls", [usage["crawls"] for usage in usages]),
        ("Athena, queries", [usage["queries"] for usage in usages]),
        ("Athena, MB scanned", [usage["queryBytes"] / 1e6 for usage in usages]),
        *(
            (f"S3, {kind}", [usage["s3Requests"].get(kind, 0.0) for usage in usages])
            for kind in sorted({kind for usage in usages for kind in usage["s3Requests"]})
        ),
        ("S3, MB left in the lake", [size["stored"]["lake"] / 1e6 for size in sizes]),
        ("S3, MB of reports", [size["stored"]["reports"] / 1e6 for size in sizes]),
    ]
    rows = [[name, *(number(amount) for amount in amounts)] for name, amounts in lines]
    return [(["an upload of", *(f"{size['rows']:,} rows" for size in sizes)], rows)]
