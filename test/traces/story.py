"""Tells good traces: what Cellflow does with uploads, step by step, as its endpoint would see it.

A key is called by a letter, its versions by numbers: `a1`, `a2`. Each version has an object in each table and day.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from traces.events import Event, read_events
from traces.lake import shown_as

TABLES = ("measurements", "hourly_quality")
MINUTE = 60_000
GRACE = 180 * MINUTE
NOTICE = 500
DAYS = ("2026-01-05",)


def upload_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def claim_of(name: str) -> str:
    # One shard for all, so that a summary is about several claims.
    return "c" + hashlib.sha256(name[0].encode()).hexdigest()[1:32]


@dataclass
class Told:
    """What was told of a version."""

    generation: int = 0
    days: tuple[str, ...] = DAYS
    landed: list[dict[str, Any]] = field(default_factory=list)
    pages: int = 0


@dataclass
class Story:
    time: int = 1_700_000_000_000
    lines: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, Told] = field(default_factory=dict)
    objects: dict[str, int] = field(default_factory=dict)
    holders: dict[str, list[str]] = field(default_factory=dict)
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    # By claim and upload: the lines of its log so far, and the number of its last entry.
    log: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    days: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in TABLES})
    # Records of merges with the line that wrote them last, by number; and the ids that rows of merged versions bear.
    merges: dict[int, tuple[dict[str, Any], int]] = field(default_factory=dict)
    bear: dict[str, str] = field(default_factory=dict)
    summaries: int = 0
    queries: int = 0

    def events(self) -> list[Event]:
        return read_events(json.dumps(line) + "\n" for line in self.lines)

    def pass_time(self, milliseconds: int) -> None:
        self.time += milliseconds

    # Calls of the endpoint

    def note(self, kind: str, **what: Any) -> None:
        self.time += 1
        self.lines.append({"n": len(self.lines) + 1, "at": self.time, "kind": kind, **what})

    def put(self, by: str, key: str, body: Any = "", condition: str | None = None, size: int = 0) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        etag = hashlib.md5(f"{key}{text}{size}".encode()).hexdigest()
        size = size or len(text)
        self.objects[key] = size
        self.note("put", by=by, key=key, condition=condition, status=200, etag=etag, size=size, body=text)

    def refused(self, by: str, key: str, body: str = "") -> None:
        """A write that met another."""
        self.note("put", by=by, key=key, condition="absent", status=412, etag="", size=1, body=body)

    def delete(self, keys: Iterable[str]) -> None:
        deleted = list(keys)
        self.note("delete", by="cellflow-sweep-lake.1", keys=deleted, status=200)
        for key in deleted:
            self.objects.pop(key, None)

    # What Cellflow does

    def claim(self, name: str, days: Iterable[str] = DAYS) -> None:
        key = f"claims/{claim_of(name)}.json"
        holders = self.holders.setdefault(name[0], [])
        holders.append(name)
        self.told[name] = Told(len(holders), tuple(days))
        known = self.claims.get(name[0])
        body = {
            "bucket": "uploads",
            "key": f"{name[0]}.csv",
            "upload": upload_of(name),
            "version": name,
            "sequencer": f"00{len(holders):02d}",
            "generation": len(holders),
            "execution": f"arn:{name}",
        }
        condition = "absent" if known is None else str(self.lines[known["line"]]["etag"])
        self.put("cellflow-plan-upload.1", key, body, condition)
        self.claims[name[0]] = {"body": body, "line": len(self.lines) - 1}

    def land(self, name: str, record: int = 0, rows: int = 10) -> None:
        """A batch that lands one record: one object with a file a table and day, then a page."""
        told, upload = self.told[name], upload_of(name)
        key, size = f"landing/{upload}/{record:016x}-0-0-0", 100 + record
        objects: list[dict[str, Any]] = []
        for day in told.days:
            for table in TABLES:
                place = {"key": key, "table": table, "day": day, "offset": len(objects) * size}
                objects.append({**place, "rows": rows if table == "measurements" else 3, "bytes": size})
        self.put("jr_1", key, size=len(objects) * size)
        told.landed += objects
        told.pages += 1
        page = {
            "v": 3,
            "columns": 2,
            "upload": upload,
            "n": told.pages,
            "token": f"{record:016x}",
            "at": "2026-01-05T10:00:00Z",
            "rows": rows * len(told.days),
            "objects": objects,
            "records": {"0": [[record, record]]},
            "setAside": [],
        }
        self.put("jr_1", f"landings/{upload}/{told.pages:08d}.json", page, "absent")

    def enter(self, by: str, name: str, lines: list[dict[str, Any]]) -> None:
        """An entry of the log of visibility."""
        claim = claim_of(name)
        number = self.last[claim] = self.last.get(claim, 0) + 1
        self.put(by, f"visibility/{claim}-{number:08d}.json", "".join(json.dumps(x) + "\n" for x in lines), "absent")
        for line in lines:
            self.log.setdefault(claim, {}).setdefault(line["upload_id"], {}).update(line)

    def line(self, name: str, **times: int) -> dict[str, Any]:
        return {"upload_id": upload_of(name), **times, "generation": self.told[name].generation}

    def enlist(self, name: str) -> None:
        self.enter("cellflow-seal-upload.1", name, [self.line(name)])

    def placements(self, name: str) -> list[dict[str, Any]]:
        """An object a table and day, of all files that landed for it."""
        placed: dict[str, dict[str, Any]] = {}
        for made in self.told[name].landed:
            key = f"{made['table']}/day={made['day']}/{upload_of(name)}-0.parquet"
            known = placed.setdefault(
                key, {"key": key, "table": made["table"], "day": made["day"], "rows": 0, "bytes": 0}
            )
            known["rows"] += made["rows"]
            known["bytes"] += made["bytes"]
        return sorted(placed.values(), key=lambda made: str(made["key"]))

    def declare(self, name: str) -> None:
        objects = [{part: made[part] for part in ("key", "table", "day", "rows")} for made in self.placements(name)]
        self.put(
            "cellflow-seal-upload.1", f"sealed/{upload_of(name)}.json", {"upload": upload_of(name), "objects": objects}
        )

    def fill(self, name: str, only: int | None = None) -> None:
        """Put the upload's objects into the tables."""
        for made in self.placements(name)[:only]:
            self.put("cellflow-seal-upload.1", made["key"], size=made["bytes"])

    def catalogue(self, name: str) -> None:
        for table in TABLES:
            if added := [day for day in self.told[name].days if day not in self.days[table]]:
                self.note("partitions", table=table, database="cellflow_files", added=added)
                self.days[table] += added

    def flip(self, name: str) -> None:
        log = self.log[claim_of(name)]
        moment = self.time + NOTICE
        older = [
            {"upload_id": upload, "visible_until": moment, "generation": line["generation"]}
            for upload, line in log.items()
            if line["generation"] < self.told[name].generation and "visible_until" not in line
        ]
        lines = [self.line(name, visible_from=moment), *older]
        self.enter("cellflow-make-upload-visible.1", name, lines)
        self.pass_time(NOTICE)

    def report(self, name: str) -> None:
        self.note("invoke", function="cellflow-run-report", request=f"r{name}", upload=upload_of(name))

    def publish(self, name: str, days: Iterable[str] = DAYS) -> None:
        """A whole upload."""
        self.claim(name, days)
        self.land(name)
        self.enlist(name)
        self.declare(name)
        self.fill(name)
        self.catalogue(name)
        self.flip(name)

    def withdraw(self, name: str) -> None:
        """Mark the claim, then hide the upload."""
        known = self.claims[name[0]]
        body = {**known["body"], "withdrawn": True}
        etag = str(self.lines[known["line"]]["etag"])
        self.put("cellflow-cli", f"claims/{claim_of(name)}.json", body, etag)
        self.claims[name[0]] = {"body": body, "line": len(self.lines) - 1}
        self.hide(name)

    def hide(self, name: str, ahead: int = NOTICE) -> None:
        moment = self.time + ahead
        log = self.log.get(claim_of(name), {})
        seen = [line for line in log.values() if shown_as(line["upload_id"]) == upload_of(name)]
        ids = [line["upload_id"] for line in seen if "visible_until" not in line] or [upload_of(name)]
        self.enter("cellflow-cli", name, [{**self.line(name, visible_until=moment), "upload_id": each} for each in ids])
        self.pass_time(max(ahead, 0))

    def retire(self, name: str) -> None:
        """An overtaken upload that was only enlisted."""
        self.enter("cellflow-seal-upload.1", name, [self.line(name, visible_until=self.time)])

    # What a merge does

    def begin_merge(self, *names: str) -> int:
        """A merge of versions, from where their rows are now."""
        number = len(self.merges) + 1
        made = [each for name in names for each in self.placements(name)]
        rows = {name: {table: self.rows_in(name, table) for table in TABLES} for name in names}
        places = sorted({(each["table"], each["day"]) for each in made})
        record = {
            "n": number,
            "state": "open",
            "members": [
                {
                    "upload": upload_of(name),
                    "claim": claim_of(name),
                    "from": self.bear.get(name, upload_of(name)),
                    "to": f"{upload_of(name)}-{number}",
                    "rows": rows[name],
                }
                for name in names
            ],
            "objects": [
                {"key": f"{table}/day={day}/merged-{number:08d}.parquet", "table": table, "day": day}
                for table, day in places
            ],
        }
        self.record("cellflow-merge-days.1", record, "absent")
        return number

    def rows_in(self, name: str, table: str) -> int:
        return sum(made["rows"] for made in self.placements(name) if made["table"] == table)

    def record(self, by: str, record: dict[str, Any], condition: str | None = None) -> None:
        """Write a merge down, or move it from what it is."""
        number = record["n"]
        known = str(self.lines[self.merges[number][1]]["etag"]) if number in self.merges else None
        self.put(by, f"merges/{number:08d}.json", record, condition or known)
        self.merges[number] = (record, len(self.lines) - 1)

    def write_merged(self, number: int) -> None:
        for made in self.merges[number][0]["objects"]:
            self.put("cellflow-merge-days.1", made["key"], condition="absent", size=500)

    def move(self, name: str, number: int) -> None:
        """One member: where it is seen, its copy is from now on."""
        source = self.bear.get(name, upload_of(name))
        copy = {**self.line(name), "upload_id": f"{upload_of(name)}-{number}"}
        if "visible_until" in self.log[claim_of(name)][source]:
            self.enter("cellflow-merge-days.1", name, [{**copy, "visible_until": self.time}])
            return
        moment = self.time + NOTICE
        gone = {**self.line(name, visible_until=moment), "upload_id": source}
        self.enter("cellflow-merge-days.1", name, [{**copy, "visible_from": moment}, gone])
        self.bear[name] = copy["upload_id"]

    def close_merge(self, number: int) -> None:
        self.record("cellflow-merge-days.1", {**self.merges[number][0], "state": "done", "doneAt": self.time})

    def merge(self, *names: str) -> int:
        """A whole merge."""
        number = self.begin_merge(*names)
        self.write_merged(number)
        for name in names:
            self.move(name, number)
        self.close_merge(number)
        self.pass_time(NOTICE)
        return number

    def within(self, folder: str, days: Iterable[str] = ()) -> list[str]:
        prefixes = [f"{folder}day={day}/" for day in days] if days else [folder]
        return sorted(key for key in self.objects if any(key.startswith(prefix) for prefix in prefixes))

    def query(self, days: tuple[str, ...] | None = None, begun: int | None = None) -> None:
        """A query on both tables, over some days or all."""
        self.begin(begun)
        self.read(days)

    def begin(self, clock: int | None = None) -> str:
        self.queries += 1
        self.note("begin", query=f"q{self.queries}", clock=self.time if clock is None else clock)
        return f"q{self.queries}"

    def read(self, days: tuple[str, ...] | None = None, query: str | None = None) -> None:
        name = query or f"q{self.queries}"
        read: set[str] = set()
        for table in TABLES:
            asked = [day for day in self.days[table] if days is None or day in days]
            ruled_out = [day for day in self.days[table] if day not in asked]
            for folder, held, rest in ((f"{table}/", asked, ruled_out), ("visibility/", [], [])):
                keys = self.within(folder, held) if held or folder == "visibility/" else []
                read |= set(keys)
                self.note("list", query=name, folder=folder, days=sorted(held), ruledOut=rest, keys=keys)
        self.note("end", query=name, state="SUCCEEDED", read=sorted(read))

    # What a sweep does

    def invoke_sweep(self) -> None:
        settings = {"sweepGraceMinutes": GRACE // MINUTE}
        self.note("invoke", function="cellflow-sweep-lake", request="r", settings=settings)

    def sweep_objects(self, name: str) -> None:
        self.delete([made["key"] for made in self.placements(name)])
        self.delete([f"sealed/{upload_of(name)}.json"])

    def sweep_merge(self, number: int) -> None:
        self.delete([made["key"] for made in self.merges[number][0]["objects"]])
        self.record("cellflow-sweep-lake.1", {"n": number, "state": "gone", "members": [], "objects": []})

    def summary_lines(self, without: Iterable[str] = (), swept: Iterable[str] = ()) -> list[dict[str, Any]]:
        left_out, gone = {self.id_of(name) for name in without}, {self.id_of(name) for name in swept}
        return [
            {**line, "claim": claim, "n": self.last[claim], **({"swept": True} if upload in gone else {})}
            for claim, log in self.log.items()
            for upload, line in log.items()
            if upload not in left_out
        ]

    def id_of(self, name: str) -> str:
        """The id of a version, or of its copy: `a1-2` is that of `a1` in merge 2."""
        version, dash, number = name.partition("-")
        return f"{upload_of(version)}{dash}{number}"

    def summarise(self, without: Iterable[str] = (), swept: Iterable[str] = ()) -> None:
        self.summaries += 1
        text = "".join(json.dumps(line) + "\n" for line in self.summary_lines(without, swept))
        self.put("cellflow-sweep-lake.1", f"visibility/summary-c-{self.summaries:08d}.json", text, "absent")

    def entries(self) -> list[str]:
        return [key for key in self.within("visibility/") if "summary" not in key]
