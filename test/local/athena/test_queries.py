"""Athena as a client sees it: states, parameters, reasons of failure, results and limits."""

import io
import time
import uuid
from collections.abc import Callable
from typing import Any

import botocore.exceptions
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

DUCKDB = int(duckdb.__version__.split(".")[0])

Client = Callable[[str], Any]
PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
COLUMNS = [{"Name": "place", "Type": "string"}, {"Name": "value", "Type": "int"}, {"Name": "share", "Type": "double"}]
# Runs until it is stopped.
ENDLESS = "select sum(a.n * b.n * c.n) from " + " cross join ".join(
    f"unnest(sequence(1, 4000)) as {name}(n)" for name in "abc"
)


class Athena:
    """A database with one table of three days, the last of which is not registered."""

    def __init__(self, client: Client) -> None:
        self.client = client("athena")
        self.s3 = client("s3")
        self.glue = client("glue")
        self.name = f"t{uuid.uuid4().hex[:8]}"
        self.bucket = f"lake-{self.name}"
        self.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.glue.create_database(DatabaseInput={"Name": self.name})
        self.glue.create_table(
            DatabaseName=self.name,
            TableInput={
                "Name": "readings",
                "TableType": "EXTERNAL_TABLE",
                "PartitionKeys": [{"Name": "day", "Type": "string"}],
                "StorageDescriptor": {"Columns": COLUMNS, "Location": f"s3://{self.bucket}/readings/", **PARQUET},
            },
        )
        for number, day in enumerate(("2026-03-01", "2026-03-02", "2026-03-03")):
            self.put(f"readings/day={day}/a.parquet", number)
        self.put("readings/day=2026-03-01/_temporary.parquet", 9)
        self.register("2026-03-01", "2026-03-02")
        self.workgroup(self.name)

    def workgroup(self, name: str, **configuration: Any) -> None:
        self.client.create_work_group(
            Name=name,
            Configuration={
                "ResultConfiguration": {"OutputLocation": f"s3://{self.bucket}/results/"},
                **configuration,
            },
        )

    def put(self, key: str, value: int) -> None:
        rows = {"place": ['a "quoted", place', None], "value": [value, None], "share": [value / 4, 1e10]}
        schema = pa.schema([("place", pa.string()), ("value", pa.int32()), ("share", pa.float64())])
        out = io.BytesIO()
        pq.write_table(pa.table(rows, schema=schema), out)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=out.getvalue())

    def put_noise(self, key: str, megabytes: int) -> None:
        """Doubles that do not compress."""
        out = io.BytesIO()
        pq.write_table(pa.table({"share": np.random.default_rng(1).random(megabytes * 125_000)}), out)
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=out.getvalue())

    def register(self, *days: str) -> None:
        for day in days:
            self.glue.create_partition(
                DatabaseName=self.name,
                TableName="readings",
                PartitionInput={
                    "Values": [day],
                    "StorageDescriptor": {
                        "Columns": COLUMNS,
                        "Location": f"s3://{self.bucket}/readings/day={day}/",
                        **PARQUET,
                    },
                },
            )

    def start(self, sql: str, *parameters: str, **options: Any) -> str:
        options.setdefault("WorkGroup", self.name)
        if parameters:
            options["ExecutionParameters"] = list(parameters)
        return self.client.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": self.name}, **options
        )["QueryExecutionId"]

    def end(self, query: str) -> dict[str, Any]:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            execution = self.client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            time.sleep(0.01)
        raise AssertionError("the query did not end")

    def csv(self, sql: str, *parameters: str, **options: Any) -> str:
        execution = self.end(self.start(sql, *parameters, **options))
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        bucket, key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").split("/", 1)
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()

    def reason(self, sql: str, *parameters: str, **options: Any) -> str:
        execution = self.end(self.start(sql, *parameters, **options))
        assert execution["Status"]["State"] == "FAILED"
        assert execution["Status"]["AthenaError"]["ErrorMessage"] == execution["Status"]["StateChangeReason"]
        return execution["Status"]["StateChangeReason"]


@pytest.fixture(scope="module")
def athena(client: Client) -> Athena:
    return Athena(client)


def test_the_csv_is_quoted_throughout_and_a_null_is_empty(athena: Athena) -> None:
    csv = athena.csv("select place, value, share, day from readings where day = '2026-03-02' order by share")

    assert csv == (
        '"place","value","share","day"\n"a ""quoted"", place","1","0.25","2026-03-02"\n,,"1.0E10","2026-03-02"\n'
    )


def test_only_registered_partitions_are_seen(athena: Athena) -> None:
    sql = "select day, count(*) from readings group by day order by day"

    assert athena.csv(sql) == '"day","_col1"\n"2026-03-01","2"\n"2026-03-02","2"\n'


def test_parameters_take_the_places_of_question_marks_in_the_order_of_the_text(athena: Athena) -> None:
    sql = "with f as (select value from readings where day between ? and ?) select ?, count(*) from f where value >= ?"

    assert athena.csv(sql, "'2026-03-01'", "'2026-03-02'", "'it''s'", "1") == '"_col0","_col1"\n"it\'s","1"\n'


@pytest.mark.parametrize(
    ("sql", "parameters", "reason"),
    [
        ("select * from nope", (), "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{db}.nope' does not exist"),
        (
            "select\n  nope\nfrom readings",
            (),
            "COLUMN_NOT_FOUND: line 2:3: Column 'nope' cannot be resolved or requester is not authorized to access "
            "requested resources",
        ),
        ("select nope(value) from readings", (), "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered"),
        (
            "select * from readings where day = ?",
            (),
            "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0",
        ),
        (
            "select 1",
            ("'2026-03-01'",),
            "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 0 but found 1",
        ),
        # The DuckDB that Python 3.10 gets takes it for null.
        *([("select value / 0 from readings", (), "DIVISION_BY_ZERO: Division by zero")] if DUCKDB >= 2 else []),
        ("drop table readings", (), "NOT_SUPPORTED: line 1:1: Queries of this type are not supported"),
        (
            "insert into readings values ('x', 1, 1e0, 'd')",
            (),
            "NOT_SUPPORTED: line 1:1: Queries of this type are not supported",
        ),
    ],
)
def test_a_failure_says_why(athena: Athena, sql: str, parameters: tuple[str, ...], reason: str) -> None:
    assert athena.reason(sql, *parameters) == reason.format(db=athena.name)


def test_a_parameter_is_a_literal_and_nothing_more(athena: Athena) -> None:
    sql = "select * from readings where day = ?"

    assert athena.reason(sql, "(select max(day) from readings)").startswith("INVALID_PARAMETER_USAGE: ")
    assert athena.reason(sql, "today").startswith("COLUMN_NOT_FOUND: ")
    assert athena.reason(sql, "'a'; drop table readings").startswith("INVALID_PARAMETER_USAGE: ")


def test_files_of_this_machine_are_out_of_reach(athena: Athena) -> None:
    assert "root:" not in athena.reason("select * from read_text('/etc/passwd')")
    assert athena.reason("select * from '/etc/passwd'")


@pytest.mark.parametrize("sql", ["selec 1", "select from where", "select 1; select 2", "select 'a", "  "])
def test_malformed_text_is_refused_at_submission(athena: Athena, sql: str) -> None:
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        athena.start(sql)

    assert refusal.value.response["Error"]["Code"] == "InvalidRequestException"


def test_an_unknown_workgroup_is_refused(athena: Athena) -> None:
    with pytest.raises(botocore.exceptions.ClientError, match="WorkGroup nope is not found"):
        athena.start("select 1", WorkGroup="nope")


@pytest.mark.parametrize(
    "source", ["read_parquet('/etc/*')", "read_text('/etc/hostname')", "duckdb_settings()", "query('select 1')"]
)
def test_no_function_reads_what_is_no_table(athena: Athena, source: str) -> None:
    for sql in (f"select * from {source}", f"with x as (select 1 from {source}) select * from x"):
        execution = athena.end(athena.start(sql))

        assert execution["Status"]["State"] == "FAILED"
        assert f"Table function '{source.partition('(')[0]}' not registered" in execution["Status"]["StateChangeReason"]


def test_scanned_bytes_are_those_of_the_columns_and_days_read(athena: Athena) -> None:
    def scanned(sql: str) -> int:
        return athena.end(athena.start(sql))["Statistics"]["DataScannedInBytes"]

    one_day = scanned("select * from readings where day = '2026-03-01'")
    both_days = scanned("select * from readings")

    assert scanned("select 1") == 0
    assert one_day > 0
    assert both_days == 2 * one_day


@pytest.mark.parametrize(
    "where",
    [
        "day = '2026-03-01'",
        "day between '2026-02-15' and '2026-03-01'",
        "day in ('2026-03-01', '2027-01-01')",
        "substr(day, 9, 2) = '01' and day > '2026-03'",
        "date(day) = date '2026-03-01'",
        "readings.day like '%03-01'",
        "date_diff('day', date(day), date '2026-03-02') = 1 and value >= 0",
    ],
)
def test_whatever_is_said_of_the_day_prunes_partitions(athena: Athena, where: str) -> None:
    def scanned(sql: str) -> int:
        return athena.end(athena.start(sql))["Statistics"]["DataScannedInBytes"]

    pruned = scanned(f"select place, value from readings where {where}")

    assert pruned == scanned("select place, value from readings where day = '2026-03-01'")


def test_pruning_changes_no_result(athena: Athena) -> None:
    outer = (
        "select a.day as a, b.day as b from readings as a left join readings as b on a.day = b.day and b.value > 0 "
        "where coalesce(b.day, '2026-03-02') = '2026-03-02' and a.place is not null order by 1, 2"
    )
    inner = (
        "select a.day as a, b.day as b from readings as a join readings as b on a.value = b.value - 1 "
        "where substr(a.day, 9) = '01' and substr(b.day, 9) = '02'"
    )

    assert athena.csv(outer) == '"a","b"\n"2026-03-01",\n"2026-03-02","2026-03-02"\n'
    assert athena.csv(inner) == '"a","b"\n"2026-03-01","2026-03-02"\n'


def test_the_scan_limit_of_the_workgroup_cancels_a_query(athena: Athena) -> None:
    name = f"limited-{athena.name}"
    athena.workgroup(name, BytesScannedCutoffPerQuery=10_000_000)
    athena.put_noise("readings/day=2026-02-01/noise.parquet", megabytes=12)
    athena.register("2026-02-01")

    execution = athena.end(athena.start("select sum(share) from readings where day = '2026-02-01'", WorkGroup=name))

    assert execution["Status"]["State"] == "CANCELLED"
    assert execution["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"
    assert execution["Statistics"]["DataScannedInBytes"] > 10_000_000
    assert athena.csv("select 1 as one", WorkGroup=name) == '"one"\n"1"\n'


def test_the_workgroups_location_wins_where_it_is_enforced(athena: Athena) -> None:
    asked = {"ResultConfiguration": {"OutputLocation": f"s3://{athena.bucket}/elsewhere"}}
    free = f"free-{athena.name}"
    athena.workgroup(free, EnforceWorkGroupConfiguration=False)

    enforced = athena.end(athena.start("select 1", **asked))["ResultConfiguration"]["OutputLocation"]
    chosen = athena.end(athena.start("select 1", WorkGroup=free, **asked))["ResultConfiguration"]["OutputLocation"]

    assert enforced.startswith(f"s3://{athena.bucket}/results/")
    assert chosen.startswith(f"s3://{athena.bucket}/elsewhere/")


def test_results_come_in_pages_with_types_and_one_header(athena: Athena) -> None:
    query = athena.start(
        "select n, cast(n as double) as d, if(n = 2, null, 'x') as s, cast('2026-03-01' as date) as t "
        "from unnest(sequence(1, 25)) as u(n) order by n"
    )
    athena.end(query)

    pages = list(
        athena.client.get_paginator("get_query_results").paginate(
            QueryExecutionId=query, PaginationConfig={"PageSize": 10}
        )
    )
    columns = pages[0]["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    rows = [[cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]

    assert [(column["Name"], column["Type"]) for column in columns] == [
        ("n", "bigint"),
        ("d", "double"),
        ("s", "varchar"),
        ("t", "date"),
    ]
    # As on AWS the header is a row of the first page.
    assert len(pages) == 3
    assert len(pages[0]["ResultSet"]["Rows"]) == 10
    assert rows[0] == ["n", "d", "s", "t"]
    assert rows[1] == ["1", "1.0", "x", "2026-03-01"]
    assert rows[2] == ["2", "2.0", None, "2026-03-01"]
    assert [row[0] for row in rows[1:]] == [str(number) for number in range(1, 26)]


def test_the_same_token_starts_one_query(athena: Athena) -> None:
    token = uuid.uuid4().hex * 2

    first = athena.start("select 1", ClientRequestToken=token)

    assert athena.start("select 1", ClientRequestToken=token) == first
    with pytest.raises(botocore.exceptions.ClientError, match="Idempotent parameters do not match"):
        athena.start("select 2", ClientRequestToken=token)


def test_a_query_can_be_stopped(athena: Athena) -> None:
    query = athena.start(ENDLESS)
    time.sleep(0.2)

    athena.client.stop_query_execution(QueryExecutionId=query)

    assert athena.end(query)["Status"]["State"] == "CANCELLED"


def test_a_query_beyond_the_active_ones_is_refused_till_one_of_them_ends(
    athena: Athena, inject: Callable[..., Any]
) -> None:
    inject(service="athena", operation="StartQueryExecution", name=athena.name, effect="limit", at_once=2)
    running = [athena.start(ENDLESS), athena.start(ENDLESS)]

    with pytest.raises(botocore.exceptions.ClientError) as refused:
        athena.start("select 1")
    error = refused.value.response
    assert error["Error"]["Code"] == "TooManyRequestsException"
    assert error["Reason"] == "CONCURRENT_QUERY_LIMIT_EXCEEDED"
    assert (inject("GET")[0]["fired"], inject("GET")[0]["most"]) == (1, 2)

    for query in running:
        athena.client.stop_query_execution(QueryExecutionId=query)
        assert athena.end(query)["Status"]["State"] == "CANCELLED"
    assert athena.csv("select 1 as one") == '"one"\n"1"\n'


def test_the_token_of_a_query_that_runs_takes_no_other_place(athena: Athena, inject: Callable[..., Any]) -> None:
    inject(service="athena", operation="StartQueryExecution", name=athena.name, effect="limit", at_once=1)
    token = uuid.uuid4().hex
    query = athena.start(ENDLESS, ClientRequestToken=token)

    assert athena.start(ENDLESS, ClientRequestToken=token) == query

    athena.client.stop_query_execution(QueryExecutionId=query)
    assert athena.end(query)["Status"]["State"] == "CANCELLED"


def test_many_queries_at_once_all_end(athena: Athena) -> None:
    queries = [athena.start(f"select {number}, count(*) from readings") for number in range(40)]

    ends = [athena.end(query) for query in queries]

    assert {end["Status"]["State"] for end in ends} == {"SUCCEEDED"}
    assert all(end["Status"]["CompletionDateTime"] >= end["Status"]["SubmissionDateTime"] for end in ends)
