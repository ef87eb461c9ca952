"""A file whose days are worse than those before them, from the bucket to the mail."""

import csv
import io
import json
import random

from support.answers import ANSWERS, assert_agrees, rows_of
from support.laptop import Laptop, Upload
from support.tables import accepted

# Of a year in which no other test has rows.
BEFORE, AFTER = "2019-05-06", "2019-05-09"
PLACES = {"080010": -88, "080020": -95, "080030": -101}
HEADER = "date,hour,lat,long,signal,network,operator,status,description,speed,satellites,precission,provider"


def drive(day: str, worse: dict[str, int]) -> bytes:
    """Rows of a day in the hours of three places."""
    drawn = random.Random(day)
    lines = [
        f"{day},{drawn.randrange(24):02}:{drawn.randrange(60):02}:00,41.5,2.1,,orange,Orange,0,,1.0,9,5,gps,STILL,"
        f"{place},4G,{drawn.gauss(mean - worse.get(place, 0), 3):.0f}"
        for place, mean in PLACES.items()
        for _ in range(80)
    ]
    return "\n".join([f"{HEADER},activity,postal_code,technology,signal_dbm", *lines, ""]).encode()


def test_what_got_worse_is_said_first(laptop: Laptop) -> None:
    before, ended = laptop.run(drive(BEFORE, {}), "changes/before.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    body = drive(AFTER, {"080020": 6})
    upload, ended = laptop.run(body, "changes/after.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")

    # The mail and the page say it first.
    mail = laptop.mail_that_names(upload.id)
    assert str(mail["Subject"]).startswith("Cellflow: 1 place worse, 240 of 240 rows of after.csv")
    said, *_ = [line for line in mail.get_content().splitlines() if line.startswith("- ") and "080020" in line]
    assert "in 1 place: orange 4G in 080020 by" in said
    page = laptop.result(upload, "index.html")
    assert page.index("What stands out") < page.index("orange 4G in 080020 by")
    assert json.loads(ended["output"])["published"]["mail"]["send"] is True
    # Three days lie between, of which there is nothing: the report took the day that has rows.
    assert_figures(laptop, upload, drive(BEFORE, {}), body)

    # Nobody had measured before the first file: nothing is worse, and nothing is said to be too little.
    first = laptop.mail_that_names(before.id)
    assert "worse" not in str(first["Subject"]) and "too little" not in first.get_content()

    # A third file of the same day is told of by its name.
    third, ended = laptop.run(drive(AFTER, {}), "changes/third.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    told = laptop.mail_that_names(third.id).get_content()
    assert "also hold 240 rows of 1 other upload: after.csv (240)." in " ".join(told.split())


def assert_figures(laptop: Laptop, upload: Upload, *files: bytes) -> None:
    header, *lines = files[0].splitlines()
    for file in files[1:]:
        lines += file.splitlines()[1:]
    both = laptop.folder / "both-periods.csv"
    both.write_bytes(b"\n".join([header, *lines]) + b"\n")
    rows = rows_of(accepted(both, ""))
    rows.attrs["first_day"] = AFTER
    text = laptop.result(upload, "signal-changes.csv")
    names, *found = csv.reader(io.StringIO(text))
    assert_agrees(names, [[cell or None for cell in row] for row in found], ANSWERS["signal-changes"](rows))
