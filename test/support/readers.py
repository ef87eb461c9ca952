"""A database of views, with uploads of a few rows behind them, in the emulator that the tests of `local` share."""

import uuid
from collections.abc import Callable
from typing import Any

import pandas as pd

from support.athena import Lake
from support.tables import SCHEMAS, measurements, parquet

Client = Callable[[str], Any]
DAYS = ("2026-03-01", "2026-03-02", "2026-03-03")
OLD, NEW, SILENT = "0" * 15 + "1", "0" * 15 + "2", "0" * 15 + "3"


class Readers(Lake):
    """Asks one database, whose uploads have so many rows a day each."""

    def __init__(self, client: Client, rows: dict[str, int]) -> None:
        self._client = client
        self.engine = "duckdb"
        self.s3, self.glue, self.athena = (client(name) for name in ("s3", "glue", "athena"))
        self.name = f"v{uuid.uuid4().hex[:8]}"
        for bucket in ("lake", "reports"):
            if bucket not in [held["Name"] for held in self.s3.list_buckets()["Buckets"]]:
                place = {"LocationConstraint": "eu-west-1"}
                self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        self.workgroup(self.name)
        self.create_databases(self.name)
        for table, schema in SCHEMAS.items():
            self.create_table(self.name, table, schema)
        for day in DAYS:
            for upload, count in rows.items():
                self.add(self.name, "measurements", day, f"{upload}-0.parquet", made(upload, day, count))
        self.register(self.name, "measurements", SCHEMAS["measurements"], DAYS)

    def ask(self, sql: str) -> list[list[str | None]]:
        return self.run(sql, self.name, workgroup=self.name).rows

    def scanned(self, sql: str) -> int:
        return self.run(sql, self.name, workgroup=self.name).scanned

    def why(self, sql: str) -> str:
        return self.reason(sql, self.name, workgroup=self.name)

    def by_upload(self) -> dict[str | None, str | None]:
        return dict(self.ask("select upload_id, count(*) from measurements group by 1"))  # type: ignore[arg-type]


def made(upload: str, day: str, count: int) -> bytes:
    names = ("signal", "network", "operator", "status", "description", "speed", "satellites", "precission", "provider")
    row = dict.fromkeys((*names, "activity", "postal_code"), None) | {"day": day, "hour": "10:00:00"}
    rows = pd.DataFrame([row | {"lat": f"41.{number}", "long": "2.1", "network": "orange"} for number in range(count)])
    rows["operator"] = "orange"
    return parquet(measurements(rows, upload), SCHEMAS["measurements"])
