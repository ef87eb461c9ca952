"""From what an upload uses to what a month costs: arithmetic, nothing measured here.

`bill.py` measured uploads of two sizes. Between and beyond them, what is used follows the line through both: a part
that every upload has, and a part a row.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "prices.json"
GB = 1e9
# Streams are billed by gigabytes of 1024.
GIB = 1024**3
DAY_SECONDS = 86_400
WRITES = ("PUT", "COPY", "POST", "LIST")
READS = ("GET", "HEAD")
SERVICES = ("Kinesis", "Glue job", "Glue crawler", "Lambda", "Step Functions", "Athena", "S3", "SNS", "Standing")


@dataclass(frozen=True)
class Prices:
    usd: Mapping[str, float]
    assumed: Mapping[str, float]


def listed(file: Path = FILE) -> dict[str, Any]:
    """The file of prices, with what is said of each."""
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def read_prices(file: Path = FILE) -> Prices:
    found = listed(file)
    return Prices({name: entry["usd"] for name, entry in found["prices"].items()}, found["assumptions"])


def flat(size: Mapping[str, Any]) -> dict[str, float]:
    """What an upload used, as numbers by name."""
    usage, stored = size["usage"], size["stored"]
    requests = usage["s3Requests"]
    return {
        **{name: float(amount) for name, amount in usage.items() if not isinstance(amount, dict)},
        "lambdaGBSeconds": sum(usage["lambdaGBSeconds"].values()),
        "s3Writes": sum(requests.get(kind, 0.0) for kind in WRITES),
        "s3Reads": sum(requests.get(kind, 0.0) for kind in READS),
        "storedBytes": sum(stored.values()),
    }


def line_through(small: Mapping[str, Any], large: Mapping[str, Any], rows: float) -> dict[str, float]:
    """What an upload of so many rows uses. Nothing gets less with more rows: that would be chance."""
    one, other = flat(small), flat(large)
    share = (rows - small["rows"]) / (large["rows"] - small["rows"])
    return {name: max(0.0, amount + share * max(0.0, other.get(name, amount) - amount)) for name, amount in one.items()}


def job_hours(uploads: float, busy_seconds: float, idle_seconds: float) -> float:
    """Hours a day that the job runs: after each upload it waits for the next one, and it runs once at a time.

    Where a day is not long enough, more workers are needed: hours are those of the default two.
    """
    busy = uploads * busy_seconds
    most = DAY_SECONDS * max(1, math.ceil(busy / DAY_SECONDS))
    return min(most, uploads * (busy_seconds + idle_seconds)) / 3600


def month(usage: Mapping[str, float], uploads: float, prices: Prices, alarms: int) -> dict[str, float]:
    """USD a month by service, for so many uploads a day, evenly over the day, each of which uses this."""
    usd, assumed = prices.usd, prices.assumed
    days = assumed["daysOfMonth"]
    count = uploads * days
    stream = count * usage["streamBytesBilled"] / GIB
    kept = uploads * usage["streamBytesBilled"] / GIB * max(0.0, assumed["keptDays"] - 1)
    reads = usage["s3Reads"] + assumed["readsOfQueriedObject"] * usage["queryObjects"]
    writes = usage["s3Writes"] + usage["queryListings"]
    return {
        "Kinesis": days * 24 * usd["streamHour"]
        + stream * (usd["streamGBIn"] + usd["streamGBOut"])
        + kept * usd["streamGBMonthKept"],
        "Glue job": days
        * job_hours(uploads, usage["glueSeconds"], assumed["idleSeconds"])
        * assumed["dpu"]
        * usd["glueDPUHour"],
        "Glue crawler": days * min(uploads, assumed["crawlsADay"]) * assumed["crawlDPUHours"] * usd["crawlerDPUHour"],
        "Lambda": count
        * (usage["lambdaGBSeconds"] * usd["lambdaGBSecond"] + usage["lambdaRequests"] * usd["lambdaRequest"]),
        "Step Functions": count * usage["stateTransitions"] * usd["stateTransition"],
        "Athena": count * usage["queryBytesBilled"] / 1024**4 * usd["athenaTB"],
        "S3": count * (writes * usd["s3Write"] + reads * usd["s3Read"])
        + count * usage["storedBytes"] / GB * usd["s3GBMonth"],
        "SNS": count * usage["mails"] * assumed["recipients"] * usd["mail"],
        "Standing": assumed["keys"] * usd["keyMonth"]
        + assumed["secrets"] * usd["secretMonth"]
        + alarms * usd["alarmMonth"],
    }
