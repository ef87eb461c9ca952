"""Many small files of one day within a minute: `make bench ONLY=burst`.

Told are the time from the last upload to the mail that names the last file, how many mails there were, which files each
names, and how many rows a query then counts.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from support.laptop import until

from bench.edition import Edition
from bench.machine import memory_of
from bench.samples import generate
from bench.scale import Scale
from bench.table import number

TITLE = "Bursts: many files of one day within a minute"
ROWS = 1_000
AT_ONCE = 6
NAME = re.compile(r"burst-\d{4}\.csv")
LONGEST_SECONDS = 3_000
# So long after the first upload, with nothing running, no further mail is on its way.
QUIET_SECONDS = 120


def files_named(text: str) -> set[str]:
    """The files of the burst that a mail names."""
    return set(NAME.findall(text))


def reported_at(edition: Edition, since: float) -> dict[str, tuple[float, str]]:
    """For each file that a mail names the epoch second of the first such mail, and the mail."""
    found: dict[str, tuple[float, str]] = {}
    for path, mail in edition.mails(since):
        for name in files_named(f"{mail['subject']}\n{mail.get_content()}"):
            found.setdefault(name, (path.stat().st_mtime, path.name))
    return found


def make_files(edition: Edition, name: str, count: int, day: str) -> list[Path]:
    """Files of the same rows, all of one day: `NAME-0000.csv` and so on."""
    folder = edition.folder / name
    folder.mkdir()
    base = generate(folder / "base.csv", ROWS, 1, day, bad=0).read_bytes()
    files = [folder / f"{name}-{one:04}.csv" for one in range(count)]
    for file in files:
        file.write_bytes(base)
    return files


def upload_all(edition: Edition, files: list[Path], within: float, at_once: int = AT_ONCE) -> tuple[float, float]:
    """Upload the files evenly over some seconds; gives when the first and the last were there, in epoch seconds."""
    began = time.time()

    def put(numbered: tuple[int, Path]) -> None:
        number_of, file = numbered
        time.sleep(max(0.0, began + within * number_of / len(files) - time.time()))
        edition.put(file)

    with ThreadPoolExecutor(at_once) as threads:
        list(threads.map(put, enumerate(files)))
    return began, time.time()


def wait_for_mails(edition: Edition, scale: Scale, count: int, began: float) -> dict[str, tuple[float, str]]:
    """Until mails name all files, or nothing runs any more."""
    told = time.monotonic()

    def finished() -> dict[str, tuple[float, str]] | None:
        nonlocal told
        idle = edition.running() == 0
        found = reported_at(edition, began)
        if time.monotonic() - told > 15:
            told = time.monotonic()
            scale.tell(f"{len(found)} of {count} files reported")
        return found if idle and (len(found) == count or time.time() - began > QUIET_SECONDS) else None

    return until(f"mails that name {count} files", finished, LONGEST_SECONDS, pause=0.5)


def measure(scale: Scale, edition: Edition) -> dict[str, Any]:
    count, within = scale.of((300, 55.0), (6, 2.0))
    day = edition.calendar.take(1)
    files = make_files(edition, "burst", count, day)
    scale.tell(f"{count} files of {ROWS:,} rows in {within:.0f} s")
    with memory_of(edition.emulator) as peaks:
        began, last = upload_all(edition, files, within)
        scale.tell(f"all uploaded after {last - began:.1f} s")
        found = wait_for_mails(edition, scale, count, began)
    counted = edition.ask(f"select count(*), count(distinct upload_id) from measurements where day = '{day}'")[0]
    mails = {mail for _, mail in found.values()}
    return {
        "files": count,
        "rowsOfEach": ROWS,
        "uploadSeconds": last - began,
        "secondsFromLast": max(at for at, _ in found.values()) - last,
        "filesNamed": len(found),
        "mails": len(mails),
        "mostFilesOfAMail": max(sum(1 for _, other in found.values() if other == mail) for mail in mails),
        "rowsExpected": count * ROWS,
        "rowsCounted": int(counted[0] or 0),
        "uploadsCounted": int(counted[1] or 0),
        "peakMB": dict(peaks),
    }


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    row = [
        f"{figures['files']} of {figures['rowsOfEach']:,} rows in {figures['uploadSeconds']:.0f} s",
        number(figures["secondsFromLast"], "s"),
        str(figures["mails"]),
        f"{figures['filesNamed']} of {figures['files']}",
        f"{figures['rowsCounted']:,} of {figures['rowsExpected']:,}",
        number(figures["peakMB"].get("all"), "MB"),
    ]
    return [
        (
            ["files", "last upload to its mail", "mails", "files that they name", "rows that a query counts", "memory"],
            [row],
        )
    ]
