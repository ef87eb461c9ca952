"""Crawlers that read the lake: tables, partitions, states, failures."""

import io
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.emulation import ROLE, wait_until

READINGS = pa.table({"at": pa.array([0], pa.timestamp("ms")), "value": [1.5], "count": [1], "name": ["a"]})
COLUMNS = [("at", "timestamp"), ("value", "double"), ("count", "bigint"), ("name", "string")]


@pytest.fixture
def lake(client: Callable[[str], Any], bucket: str, emulator: SimpleNamespace) -> SimpleNamespace:
    """A bucket, a database and a crawler over two tables of it."""
    glue, s3 = client("glue"), client("s3")
    name = f"lake_{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_crawler(
        Name=name,
        Role=ROLE,
        DatabaseName=name,
        Targets={"S3Targets": [{"Path": f"s3://{bucket}/readings/"}, {"Path": f"s3://{bucket}/totals"}]},
        RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
        SchemaChangePolicy={"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
    )

    def put(key: str, table: pa.Table = READINGS) -> None:
        body = io.BytesIO()
        pq.write_table(table, body)
        s3.put_object(Bucket=bucket, Key=key, Body=body.getvalue())

    def state() -> str:
        return glue.get_crawler(Name=name)["Crawler"]["State"]

    def crawl() -> dict[str, Any]:
        glue.start_crawler(Name=name)
        wait_until(lambda: state() == "READY")
        return glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]

    def days(table: str = "readings") -> list[list[str]]:
        partitions = glue.get_partitions(DatabaseName=name, TableName=table)["Partitions"]
        return sorted(partition["Values"] for partition in partitions)

    return SimpleNamespace(name=name, glue=glue, bucket=bucket, put=put, state=state, crawl=crawl, days=days)


def test_tables_and_partitions_are_found(lake: SimpleNamespace) -> None:
    lake.put("readings/day=2026-01-02/a-0.parquet")
    lake.put("readings/day=2026-01-01/a-0.parquet")
    lake.put("totals/day=2026-01-01/a-0.parquet", READINGS.select(["count"]))

    last = lake.crawl()

    assert last["Status"] == "SUCCEEDED"
    tables = {table["Name"]: table for table in lake.glue.get_tables(DatabaseName=lake.name)["TableList"]}
    assert set(tables) == {"readings", "totals"}
    storage = tables["readings"]["StorageDescriptor"]
    assert [(column["Name"], column["Type"]) for column in storage["Columns"]] == COLUMNS
    assert storage["Location"] == f"s3://{lake.bucket}/readings/"
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert tables["readings"]["PartitionKeys"] == [{"Name": "day", "Type": "string"}]
    assert tables["readings"]["Parameters"]["classification"] == "parquet"
    assert lake.days() == [["2026-01-01"], ["2026-01-02"]]
    partition = lake.glue.get_partition(DatabaseName=lake.name, TableName="readings", PartitionValues=["2026-01-02"])
    assert partition["Partition"]["StorageDescriptor"]["Location"] == f"s3://{lake.bucket}/readings/day=2026-01-02/"
    metrics = lake.glue.get_crawler_metrics(CrawlerNameList=[lake.name])["CrawlerMetricsList"][0]
    assert (metrics["TablesCreated"], metrics["TablesUpdated"]) == (2, 0)


def test_a_second_crawl_adds_the_new_folders_only(lake: SimpleNamespace) -> None:
    lake.put("readings/day=2026-01-01/a-0.parquet")
    lake.crawl()
    # What lies in a known folder is not looked at again, nor does a new folder change the table.
    lake.put("readings/day=2026-01-01/a-0.parquet", READINGS.select(["name"]))
    lake.put("readings/day=2026-01-03/b-0.parquet", READINGS.append_column("more", pa.array(["x"])))

    assert lake.crawl()["Status"] == "SUCCEEDED"

    assert lake.days() == [["2026-01-01"], ["2026-01-03"]]
    table = lake.glue.get_table(DatabaseName=lake.name, Name="readings")["Table"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == [name for name, _ in COLUMNS]


def test_a_crawler_is_busy_until_it_is_ready_again(lake: SimpleNamespace) -> None:
    lake.put("readings/day=2026-01-01/a-0.parquet")
    lake.glue.start_crawler(Name=lake.name)
    seen = [lake.state()]
    with pytest.raises(lake.glue.exceptions.CrawlerRunningException):
        lake.glue.start_crawler(Name=lake.name)

    def ready() -> bool:
        state = lake.state()
        if state != seen[-1]:
            seen.append(state)
        return state == "READY"

    wait_until(ready)
    assert seen == ["RUNNING", "STOPPING", "READY"]


def test_an_empty_lake_is_crawled_without_a_table(lake: SimpleNamespace) -> None:
    assert lake.crawl()["Status"] == "SUCCEEDED"
    assert lake.glue.get_tables(DatabaseName=lake.name)["TableList"] == []


def test_many_days_are_all_registered(lake: SimpleNamespace) -> None:
    days = [f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}" for n in range(120)]
    for day in days:
        lake.put(f"readings/day={day}/a-0.parquet")
    lake.crawl()
    assert lake.days() == [[day] for day in days]


def test_a_crawl_that_fails_says_why(lake: SimpleNamespace, client: Callable[[str], Any]) -> None:
    client("s3").put_object(Bucket=lake.bucket, Key="readings/day=2026-01-01/a.parquet", Body=b"no parquet")
    last = lake.crawl()
    assert last["Status"] == "FAILED"
    assert "arquet" in last["ErrorMessage"]


def test_columns_of_two_kinds_fail_the_crawl(lake: SimpleNamespace) -> None:
    lake.put("readings/day=2026-01-01/a-0.parquet", pa.table({"value": [1.5]}))
    lake.put("readings/day=2026-01-02/a-0.parquet", pa.table({"value": ["x"]}))
    last = lake.crawl()
    assert (last["Status"], last["ErrorMessage"]) == ("FAILED", "Column value is double and string")
