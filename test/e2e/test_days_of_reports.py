"""What the reports of an upload read where its days are broken, and where others have rows on them."""

import csv
import io
import json

from support.files import clean_csv
from support.laptop import Laptop, Upload

# Of a month in which no other test has rows.
FIRST, LAST, BETWEEN = "2024-05-01", "2024-05-30", ("2024-05-14", "2024-05-15")
# Of a phone whose clock was not set.
STRAY = "2017-01-01"
BY_HAND = """-- title: Days, by hand
-- days since the beginning of the project
SELECT m."day", count(*) AS count_rows FROM measurements m WHERE M.Day BETWEEN ? AND ? GROUP BY 1 ORDER BY 1
"""


def report(laptop: Laptop, upload: Upload, name: str) -> list[dict[str, str]]:
    text = laptop.result(upload, f"{name}.csv")
    return list(csv.DictReader(io.StringIO(text)))


def with_stray_row(body: bytes) -> bytes:
    header, first, *others = body.split(b"\n")
    return b"\n".join([header, STRAY.encode() + first[len(STRAY) :], *others])


def test_reports_are_of_the_days_that_the_upload_touched(laptop: Laptop) -> None:
    _, ended = laptop.run(clean_csv(400, seed=81, days=BETWEEN), "days/between.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    other, ended = laptop.run(clean_csv(50, seed=82, days=(LAST,)), "days/same-day.csv", seconds=120)
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    place = {"Database": laptop.outputs["DatabaseName"], "WorkGroup": laptop.outputs["WorkgroupName"]}
    saved = laptop.athena.create_named_query(Name="days-by-hand", QueryString=BY_HAND, **place)["NamedQueryId"]

    try:
        body = with_stray_row(clean_csv(600, seed=83, days=(FIRST, LAST)))
        upload, ended = laptop.run(body, "days/broken.csv", seconds=120)
    finally:
        laptop.athena.delete_named_query(NamedQueryId=saved)

    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    totals = json.loads(ended["output"])["totals"]
    assert (totals["days"], totals["strayDays"]) == ([STRAY, FIRST, LAST], [STRAY])
    by_day = [(FIRST, "299"), (LAST, "350")]
    assert [(row["day"], row["count_rows"]) for row in report(laptop, upload, "days-at-a-glance")] == by_day
    assert [(row["day"], row["count_rows"]) for row in report(laptop, upload, "days-by-hand")] == by_day
    assert report(laptop, upload, "uploads-of-these-days") == [
        {"upload_id": upload.id, "count_rows": "599", "first_day": FIRST, "last_day": LAST},
        {"upload_id": other.id, "count_rows": "50", "first_day": LAST, "last_day": LAST},
    ]
