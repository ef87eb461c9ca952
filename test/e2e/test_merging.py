"""Small uploads of one day are put together by the deployed function, and each stays an upload of its own."""

import json
from collections.abc import Collection, Iterable

from support.files import clean_csv
from support.lake import OBJECT, UPLOAD_ID_LENGTH, visible_ids
from support.laptop import Laptop, Upload, until
from support.reading.asking import JOIN, rows_of, run
from support.reading.histories import Rows, facts_of
from support.reading.keepers import Sweeper
from support.reading.stage import uploads_in

DAYS = ("2018-05-07", "2018-05-08")
WAIT_SECONDS = 180


def rows_seen(laptop: Laptop) -> Rows:
    """What a query over both tables answers of the days."""
    where = f"where day in {DAYS}"
    query, reason = run(laptop.athena, JOIN.format(where=where), laptop.outputs)
    assert reason is None, reason
    return rows_of(laptop.athena, query)


def rows_in(bodies: dict[Upload, bytes]) -> Rows:
    return {(upload.id, day): facts for upload, body in bodies.items() for day, facts in facts_of(body).items()}


def copies_of(laptop: Laptop, uploads: Iterable[Upload]) -> set[str]:
    """Ids of the uploads' rows that a query sees that begins now, where they lie in merged objects."""
    ids = {upload.id for upload in uploads}
    return {one for one in visible_ids(laptop) if len(one) > UPLOAD_ID_LENGTH and one[:UPLOAD_ID_LENGTH] in ids}


def merge(laptop: Laptop, moved: Collection[Upload]) -> dict[str, int]:
    """As the schedule calls the function, once an hour: not in a session of tests. Until copies are seen."""
    before = copies_of(laptop, moved)
    answer = laptop.client("lambda").invoke(FunctionName="cellflow-merge-days", Payload=b"{}")
    told: dict[str, int] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, told
    until("the copies are seen", lambda: len(copies_of(laptop, moved) - before) == len(moved) or None, 20)
    return told


def sweep(laptop: Laptop) -> None:
    sweeper = Sweeper(laptop, 0, 0)
    try:
        sweeper.turn(0)
    finally:
        sweeper.close()


def objects_of_days(laptop: Laptop) -> list[str]:
    keys = [key for table in ("measurements", "hourly_quality") for key in laptop.keys(f"{table}/")]
    return [key for key in keys if (found := OBJECT.match(key)) and found.group(2) in DAYS]


def test_small_uploads_of_a_day_are_merged_and_each_stays_its_own(laptop: Laptop, few_reports: None) -> None:
    bodies = {
        laptop.put(body, f"merged/{number}.csv"): body
        for number, body in enumerate(clean_csv(40 + number, 700 + number, DAYS) for number in range(8))
    }
    for upload in bodies:
        assert laptop.wait(laptop.execution_of(upload), WAIT_SECONDS)["status"] == "SUCCEEDED"
    assert rows_seen(laptop) == rows_in(bodies)

    assert merge(laptop, bodies)["uploads"] >= len(bodies)

    assert rows_seen(laptop) == rows_in(bodies)
    sweep(laptop)
    assert len(objects_of_days(laptop)) == 2 * len(DAYS)
    assert rows_seen(laptop) == rows_in(bodies)

    # One of them is withdrawn, another corrected: the rest is as it was.
    withdrawn, corrected, *others = bodies
    told = json.loads(laptop.cellflow("withdraw", withdrawn.id, "--yes", "--json"))
    assert (told["upload"], told["rows"]) == (withdrawn.id, 40)
    del bodies[withdrawn]
    assert rows_seen(laptop) == rows_in(bodies)
    body = clean_csv(55, 790, DAYS)
    newer, ended = laptop.run(body, corrected.key, WAIT_SECONDS)
    assert json.loads(ended["output"])["visible"]["replaced"] == [corrected.id]
    del bodies[corrected]
    bodies[newer] = body
    assert rows_seen(laptop) == rows_in(bodies)

    # Those that lay beside them are moved, so that their rows can be deleted.
    merge(laptop, others)
    sweep(laptop)
    assert rows_seen(laptop) == rows_in(bodies)
    left = {upload for key in objects_of_days(laptop) for upload in uploads_in(laptop, key)}
    assert left == {upload.id for upload in bodies}
    assert laptop.denied() == []
