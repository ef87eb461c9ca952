"""Readers: threads that ask Athena about both tables, one query after the other."""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from support.laptop import Laptop
from support.reading.histories import Facts, Rows, Span, merged
from support.reading.judging import Answer

# Between two queries of a reader, and between two looks at one.
PAUSE_SECONDS = 0.005
QUERY_SECONDS = 120
# An engine may meet a file that was deleted since it listed it; here a sweep comes every few seconds.
MOST_TRIES = 8
DELETED_FILE = re.compile(r"^HIVE_(CANNOT_OPEN_SPLIT|CURSOR_ERROR|FILESYSTEM_ERROR|FILE_NOT_FOUND)\b|\bNoSuchKey\b")

SIDES = """
with rows_of as (
  select upload_id, day, count(*) as rows_there, sum(cast(round(longitude * 1000) as bigint)) as longitudes,
    sum(cast(round(speed_kmh * 10) as bigint)) as speeds
  from measurements {where}
  group by upload_id, day
), counts_of as (
  select upload_id, day, sum(count_rows) as counted, sum(sum_speed_kmh_tenths) as speeds
  from hourly_quality {where}
  group by upload_id, day
)
"""
UNION = f"""{SIDES}
select upload_id, day, rows_there, longitudes, speeds, 0 as counted, 0 as counted_speeds from rows_of
union all
select upload_id, day, 0, 0, 0, counted, speeds from counts_of
"""
JOIN = f"""{SIDES}
select coalesce(r.upload_id, c.upload_id) as upload_id, coalesce(r.day, c.day) as day,
  coalesce(r.rows_there, 0) as rows_there, coalesce(r.longitudes, 0) as longitudes, coalesce(r.speeds, 0) as speeds,
  coalesce(c.counted, 0) as counted, coalesce(c.speeds, 0) as counted_speeds
from rows_of r
full outer join counts_of c on r.upload_id = c.upload_id and r.day = c.day
"""
TEXTS = {"union": UNION, "join": JOIN}


@dataclass(frozen=True)
class Question:
    kind: str
    sql: str
    span: Span


def questions(days: Callable[[], frozenset[str]]) -> Iterator[Question]:
    """Both ways to put the tables together: for all days, for those of the uploads, and for one."""
    for turn in itertools.count():
        for shape, text in TEXTS.items():
            yield Question(f"{shape} without a day", text.format(where=""), None)
            known = sorted(days())
            if not known:
                continue
            first, last, day = known[0], known[-1], known[turn % len(known)]
            span = text.format(where=f"where day between '{first}' and '{last}'")
            yield Question(f"{shape} of a span", span, (first, last))
            yield Question(f"{shape} of one day", text.format(where=f"where day = '{day}'"), (day, day))


class Readers:
    """Some readers at once, until they are stopped."""

    def __init__(self, laptop: Laptop, days: Callable[[], frozenset[str]], at_once: int = 2) -> None:
        self._laptop = laptop
        self._days = days
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._read, name=f"reader {n}") for n in range(at_once)]
        self.answers: list[Answer] = []
        # Reasons of queries that gave no answer.
        self.failures: list[str] = []
        self.asked_again = 0

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(QUERY_SECONDS)
            assert not thread.is_alive(), f"{thread.name} still waits for a query"

    def _read(self) -> None:
        athena = self._laptop.client("athena")
        for question in questions(self._days):
            if self._over.is_set():
                return
            try:
                self._ask(athena, question)
            except Exception as error:
                self.failures.append(f"{question.kind}: {type(error).__name__}: {error}")
            time.sleep(PAUSE_SECONDS)

    def _ask(self, athena: Any, question: Question) -> None:
        for _try in range(MOST_TRIES):
            begun = time.time()
            query, reason = run(athena, question.sql, self._laptop.outputs)
            if reason is None:
                ended = time.time()
                rows = rows_of(athena, query)
                self.answers.append(Answer(question.kind, begun, ended, question.span, rows))
                return
            if not DELETED_FILE.search(reason):
                break
            self.asked_again += 1
        self.failures.append(f"{question.kind}: {reason}")


def run(athena: Any, sql: str, outputs: dict[str, str]) -> tuple[str, str | None]:
    """Id of a query that has ended, and why it failed."""
    query = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": outputs["DatabaseName"]},
        WorkGroup=outputs["WorkgroupName"],
    )["QueryExecutionId"]
    deadline = time.monotonic() + QUERY_SECONDS
    while time.monotonic() < deadline:
        status = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        if status["State"] == "SUCCEEDED":
            return query, None
        if status["State"] in ("FAILED", "CANCELLED"):
            return query, status.get("StateChangeReason") or status["State"]
        time.sleep(PAUSE_SECONDS)
    raise TimeoutError(f"waited {QUERY_SECONDS} s for query {query} to end")


def rows_of(athena: Any, query: str) -> Rows:
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
    lines = [
        [cell.get("VarCharValue", "") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]
    ]
    return rows_in(lines[1:])


def rows_in(lines: list[list[str]]) -> Rows:
    """Lines of a result of one of the questions, without its header."""
    return merged(((upload, day), Facts(*map(int, figures))) for upload, day, *figures in lines)
