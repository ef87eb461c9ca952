"""Writes what follows from the results: `docs/cost.md` whole, and the table of costs in README.md.

    python -m bench.documents

A test compares both with what would be written, so that neither is edited by hand.
"""

from pathlib import Path
from typing import Any

from bench import ROOT, cost, results
from bench.table import markdown, number

UPLOADS_A_DAY = (1, 100, 10_000)
ROWS = (10_000, 1_000_000)
BEGIN, END = "<!-- cost -->", "<!-- /cost -->"
COST, README = Path("docs/cost.md"), Path("README.md")
TEMPLATE = Path(__file__).resolve().parent / "cost-template.md"


def usd(value: float) -> str:
    """Whole dollars from ten on: what is below is less than what is not counted."""
    if 0 < value < 0.01:
        return "< 0.01"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def measured(found: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], str]:
    """What the bench of the bill found in the last full run, else in the last quick one; the machine; which of them."""
    for section, words in (("full", "a full run"), ("quick", "a quick run")):
        benches = found.get(section, {}).get("benches", {})
        if "bill" in benches:
            return benches["bill"], found[section]["machine"], words
    raise LookupError("bench/results.json holds no bill: run `make bench ONLY=bill`.")


def months(figures: dict[str, Any], prices: cost.Prices, rows: int) -> list[dict[str, float]]:
    """USD a month by service, for each number of uploads a day."""
    usage = cost.line_through(*figures["sizes"], rows)
    return [cost.month(usage, uploads, prices, figures["alarms"]) for uploads in UPLOADS_A_DAY]


def month_table(figures: dict[str, Any], prices: cost.Prices, rows: int) -> str:
    by_uploads = months(figures, prices, rows)
    lines = [[service, *(usd(month[service]) for month in by_uploads)] for service in cost.SERVICES]
    lines.append(["**all**", *(f"**{usd(sum(month.values()))}**" for month in by_uploads)])
    return markdown([f"USD a month, uploads of {rows:,} rows", *(f"{count:,} a day" for count in UPLOADS_A_DAY)], lines)


def usage_table(figures: dict[str, Any]) -> str:
    sizes = figures["sizes"]
    flat = [cost.flat(size) for size in sizes]
    # The part of a row, of the line through both.
    per_million = [
        (flat[1][name] - flat[0][name]) / (sizes[1]["rows"] - sizes[0]["rows"]) * 1e6 if name in flat[1] else 0.0
        for name in USED
    ]
    lines = [
        [words, *(number(one[name] / scale) for one in flat), number(max(0.0, more) / scale)]
        for (name, (words, scale)), more in zip(USED.items(), per_million, strict=True)
    ]
    headings = ["used", *(f"an upload of {size['rows']:,} rows" for size in sizes), "a million rows more"]
    return markdown(headings, lines)


USED = {
    "lambdaGBSeconds": ("Lambda, GB-seconds", 1.0),
    "lambdaRequests": ("Lambda, requests", 1.0),
    "stateTransitions": ("Step Functions, state transitions", 1.0),
    "streamRecords": ("Kinesis, records", 1.0),
    "streamBytesBilled": ("Kinesis, MB as billed", 1e6),
    "glueSeconds": ("Glue, seconds that the job is busy", 1.0),
    "queries": ("Athena, queries", 1.0),
    "queryBytes": ("Athena, MB scanned", 1e6),
    "queryBytesBilled": ("Athena, MB billed (10 MB a query at least)", 1e6),
    "queryObjects": ("Athena, objects read", 1.0),
    "s3Writes": ("S3, requests that write, copy or list", 1.0),
    "s3Reads": ("S3, requests that read", 1.0),
    "storedBytes": ("S3, MB stored, the uploaded file with it", 1e6),
}


def functions_table(figures: dict[str, Any]) -> str:
    sizes = figures["sizes"]
    names = sorted({name for size in sizes for name in size["usage"]["lambdaGBSeconds"]})
    lines = [
        [f"`{name.removeprefix('cellflow-')}`", *(number(s["usage"]["lambdaGBSeconds"].get(name, 0.0)) for s in sizes)]
        for name in names
    ]
    return markdown(["GB-seconds", *(f"{size['rows']:,} rows" for size in sizes)], lines)


def requests_table(figures: dict[str, Any]) -> str:
    sizes = figures["sizes"]
    kinds = sorted({kind for size in sizes for kind in size["usage"]["s3Requests"]})
    lines = [[kind, *(number(size["usage"]["s3Requests"].get(kind, 0.0)) for size in sizes)] for kind in kinds]
    return markdown(["requests to S3", *(f"{size['rows']:,} rows" for size in sizes)], lines)


def price_table(listed: dict[str, Any]) -> str:
    lines = [
        [
            f"`{name}`",
            f"{entry['usd']:.10f}".rstrip("0").rstrip("."),
            entry["source"],
            "yes" if entry["confirmed"] else "no",
        ]
        for name, entry in listed["prices"].items()
    ]
    table = markdown(["price", "USD", "source", "seen for the region"], lines)
    return table.replace("| --- | --: | --: | --: |", "| --- | --: | --- | --- |")


def cost_document(found: dict[str, Any], listed: dict[str, Any], prices: cost.Prices) -> str:
    bench, machine, words = measured(found)
    figures = bench["figures"]
    return TEMPLATE.read_text().format(
        **listed["assumptions"],
        words=words,
        at=bench["at"],
        commit=bench["commit"],
        cores=machine["cores"],
        cpu=machine["cpu"],
        region=listed["region"],
        asOf=listed["asOf"],
        note=listed["note"],
        alarms=figures["alarms"],
        months="\n\n".join(month_table(figures, prices, rows) for rows in ROWS),
        usage=usage_table(figures),
        functions=functions_table(figures),
        requests=requests_table(figures),
        prices=price_table(listed),
    )


def readme_table(found: dict[str, Any], listed: dict[str, Any], prices: cost.Prices) -> str:
    bench, _, _ = measured(found)
    hour = listed["assumptions"]["dpu"] * prices.usd["glueDPUHour"]
    crawl = listed["assumptions"]["crawlDPUHours"] * prices.usd["crawlerDPUHour"]
    rows = ROWS[0]
    by_uploads = months(bench["figures"], prices, rows)
    idle = {
        "Kinesis": f"about {prices.usd['streamHour']:.2f} USD an hour, on demand",
        "Glue job": f"nothing: it stops itself after 15 idle minutes; {hour:.2f} USD an hour while it runs",
        "Glue crawler": f"nothing; runs only for days that the catalogue lacks, about {crawl:.2f} USD a run",
        "Lambda": "cents a month, for the hourly sweep and merge",
        "Step Functions": "nothing",
        "Athena": f"nothing; {prices.usd['athenaTB']:.0f} USD a TB scanned",
        "S3": "what is stored",
        "SNS": "nothing",
        "Standing": "the key of the mails, a secret, alarms",
    }
    lines = [[service, idle[service], *(usd(month[service]) for month in by_uploads)] for service in cost.SERVICES]
    lines.append(["**all**", "", *(f"**{usd(sum(month.values()))}**" for month in by_uploads)])
    headings = ["USD a month", "while idle", *(f"{count:,} upload{'s'[: count > 1]} a day" for count in UPLOADS_A_DAY)]
    return markdown(headings, lines).replace("| --- | --: |", "| --- | --- |", 1)


def section(found: dict[str, Any], listed: dict[str, Any], prices: cost.Prices) -> str:
    words = (
        f"Uploads of {ROWS[0]:,} rows, evenly over the day, by list prices of {listed['region']} as of"
        f" {listed['asOf']}; what each uses was counted. [docs/cost.md](docs/cost.md) has uploads of a million rows,"
        " what is assumed, and the prices."
    )
    return f"{BEGIN}\n{words}\n\n{readme_table(found, listed, prices)}\n{END}"


def replaced(text: str, part: str) -> str:
    """The text with another part between the marks, which stand in it once each."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise LookupError(f"README.md has no part between {BEGIN} and {END}")
    return before + part + after


def documents(root: Path = ROOT) -> dict[Path, str]:
    """Each document as the results give it."""
    found, listed, prices = results.read(), cost.listed(), cost.read_prices()
    readme = replaced((root / README).read_text(), section(found, listed, prices))
    return {COST: cost_document(found, listed, prices), README: readme}


def write(root: Path = ROOT) -> None:
    for path, text in documents(root).items():
        (root / path).write_text(text)


if __name__ == "__main__":
    write()
