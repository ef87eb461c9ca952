"""Athena as a client sees it: databases in an emulator and the queries asked of them."""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pandas as pd
import pyarrow as pa
from botocore.config import Config

from local.athena.results import read_csv
from support.lake_views import FOREVER, files_database, json_lines, line, make_views
from support.tables import SCHEMAS, accepted, measurements, objects_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "two-days.csv"
REAL_DAY = "2026-03-09"
VISIBLE = "0123456789abcdef"
# What rows bear that no query may show, all of the same rows, with what the log says of each: nothing of the last.
HIDDEN = {
    # Copies of the visible upload: one that another merge has moved, and one that lies in objects of a merge under way.
    f"{VISIBLE}-3": [line(f"{VISIBLE}-3", 1_000), line(f"{VISIBLE}-3", None, 2_000)],
    f"{VISIBLE}-4": [],
    "1000000000000001": [line("1000000000000001", 1_000, token="a"), line("1000000000000001", None, 2_000, token="b")],
    "2000000000000002": [line("2000000000000002", generation=2, token="c")],
    "3000000000000003": [line("3000000000000003", FOREVER)],
    "4000000000000004": [line("4000000000000004", None, 3_000), line("4000000000000004", 4_000)],
    "5000000000000005": [],
}
HIVE_TYPES = {"double": "double", "int32": "int", "int64": "bigint", "string": "string", "timestamp[ms]": "timestamp"}
PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}


def real_file() -> Path | None:
    """A real capture, where this machine has one."""
    file = Path(os.environ.get("CELLFLOW_REAL_FILE") or ROOT.parent / "shared" / "data" / "mobile-logs.csv")
    return file if file.exists() else None


@dataclass
class Answered:
    """A query's end: how Athena describes it, and its CSV."""

    execution: dict[str, Any]
    header: list[str]
    rows: list[list[str | None]]
    csv: str

    @property
    def scanned(self) -> int:
        return self.execution["Statistics"]["DataScannedInBytes"]


class Lake:
    """Databases of one emulator and the queries asked of them."""

    def __init__(self, engine: str, url: str) -> None:
        self.engine = engine
        self._session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")
        self._url = url
        self.s3, self.glue, self.athena = (self.client(name) for name in ("s3", "glue", "athena"))
        self.s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.s3.create_bucket(Bucket="reports", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.workgroup("cellflow")

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=20)
        return self._session.client(service, endpoint_url=self._url, config=config)

    def workgroup(self, name: str, **configuration: Any) -> None:
        self.athena.create_work_group(
            Name=name,
            Configuration={"ResultConfiguration": {"OutputLocation": "s3://reports/athena/"}, **configuration},
        )

    def create_databases(self, database: str) -> None:
        """The database of the views, and that of the tables behind them, which the crawler would make."""
        self.glue.create_database(DatabaseInput={"Name": database})
        self.glue.create_database(DatabaseInput={"Name": files_database(database)})
        make_views(self.glue, database, f"s3://lake/{database}/visibility/")

    def create_table(self, database: str, table: str, schema: pa.Schema, partitioned: bool = True) -> None:
        columns = [{"Name": field.name, "Type": HIVE_TYPES[str(field.type)]} for field in schema]
        self.glue.create_table(
            DatabaseName=files_database(database),
            TableInput={
                "Name": table,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": {"classification": "parquet", "EXTERNAL": "TRUE"},
                "PartitionKeys": [{"Name": "day", "Type": "string"}] if partitioned else [],
                "StorageDescriptor": {"Columns": columns, "Location": f"s3://lake/{database}/{table}/", **PARQUET},
            },
        )

    def add(self, database: str, table: str, day: str, name: str, body: bytes) -> None:
        """Put an object without telling the catalogue."""
        self.s3.put_object(Bucket="lake", Key=f"{database}/{table}/day={day}/{name}", Body=body)

    def tell(self, database: str, name: str, lines: Iterable[dict[str, Any]]) -> None:
        """Put an object of the log of visibility."""
        self.s3.put_object(Bucket="lake", Key=f"{database}/visibility/{name}.json", Body=json_lines(lines))

    def register(self, database: str, table: str, schema: pa.Schema, days: Iterable[str]) -> None:
        columns = [{"Name": field.name, "Type": HIVE_TYPES[str(field.type)]} for field in schema]
        partitions = [
            {
                "Values": [day],
                "StorageDescriptor": {
                    "Columns": columns,
                    "Location": f"s3://lake/{database}/{table}/day={day}/",
                    **PARQUET,
                },
            }
            for day in days
        ]
        for at in range(0, len(partitions), 100):
            answer = self.glue.batch_create_partition(
                DatabaseName=files_database(database), TableName=table, PartitionInputList=partitions[at : at + 100]
            )
            assert not answer["Errors"]

    def load(self, database: str, csv: Path, day: str) -> None:
        """A database whose tables hold what an upload of the file leaves there, and as much of hidden uploads."""
        rows = accepted(csv, day)
        self.load_rows(database, lambda upload: measurements(rows, upload))

    def load_rows(self, database: str, cleaned: Callable[[str], pd.DataFrame]) -> None:
        """As `load` does, of the cleaned rows that an upload has."""
        self.create_databases(database)
        days: dict[str, set[str]] = {table: set() for table in SCHEMAS}
        for upload in (VISIBLE, *HIDDEN):
            for table, one_day, key, body in objects_of(cleaned(upload), upload):
                self.add(database, table, one_day, key.rsplit("/", 1)[1], body)
                days[table].add(one_day)
        for table, schema in SCHEMAS.items():
            self.create_table(database, table, schema)
            self.register(database, table, schema, sorted(days[table]))
        # Entries of their own, and a summary of two claims.
        self.tell(database, "aaaa-00000001", [line(VISIBLE, generation=1, token="x")])
        self.tell(database, "aaaa-00000002", [line(VISIBLE, 5_000, generation=1, token="y")])
        first, *others = HIDDEN.values()
        summed = [{**entry, "claim": "bbbb", "n": 2} for entry in [*first, line(VISIBLE, 6_000)]]
        self.tell(database, "summary-b-00000001", [*summed, {"claim": "bbbc", "n": 7, "swept": True}])
        for number, lines in enumerate(others):
            self.tell(database, f"c{number}-00000001", lines)

    def start(self, sql: str, database: str, parameters: Sequence[str] = (), workgroup: str = "cellflow") -> str:
        return self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": database, "Catalog": "AwsDataCatalog"},
            WorkGroup=workgroup,
            **({"ExecutionParameters": list(parameters)} if parameters else {}),
        )["QueryExecutionId"]

    def end(self, query: str, seconds: float = 240) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            execution = self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            time.sleep(0.02)
        raise AssertionError(f"query {query} did not end within {seconds} s")

    def run(self, sql: str, database: str, parameters: Sequence[str] = (), workgroup: str = "cellflow") -> Answered:
        execution = self.end(self.start(sql, database, parameters, workgroup))
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://reports/")
        text = self.s3.get_object(Bucket="reports", Key=key)["Body"].read().decode()
        header, *rows = read_csv(text)
        return Answered(execution, [str(name) for name in header], rows, text)

    def reason(self, sql: str, database: str, parameters: Sequence[str] = (), workgroup: str = "cellflow") -> str:
        """Why a query fails."""
        execution = self.end(self.start(sql, database, parameters, workgroup))
        assert execution["Status"]["State"] in ("FAILED", "CANCELLED"), execution["Status"]
        return execution["Status"]["StateChangeReason"]
