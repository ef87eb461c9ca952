"""What the landing job has Spark do, on no stream: the classes that it loads are those that an archive is to hold."""

import tempfile
import time
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.datasource import DataSource, SimpleDataSourceStreamReader
from pyspark.sql.types import StructType

BATCHES, SECONDS = 3, 60
SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


class Numbers(DataSource):
    @classmethod
    def name(cls) -> str:
        return "numbers"

    def schema(self) -> str:
        return "shard string, data binary"

    def simpleStreamReader(self, schema: StructType) -> "NumbersReader":
        return NumbersReader()


class NumbersReader(SimpleDataSourceStreamReader):
    def initialOffset(self) -> dict[str, int]:
        return {"at": 0}

    def read(self, start: dict[str, int]) -> tuple[Iterator[Any], dict[str, int]]:
        rows = [(f"shard {number % 2}", bytes(number)) for number in range(8)]
        return iter(rows), {"at": start["at"] + 1}

    def readBetweenOffsets(self, start: dict[str, int], end: dict[str, int]) -> Iterator[Any]:
        return iter(())


def count(group: pa.Table) -> pa.Table:
    return pa.table({"shard": group["shard"][:1], "rows": pa.array([group.num_rows], pa.int64())})


def main() -> None:
    builder = SparkSession.builder.appName("typical job")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.dataSource.register(Numbers)
    done: list[int] = []

    def land(records: DataFrame, batch: int) -> None:
        records = records.withColumn("head", F.expr("decode(substring(data, 1, 4), 'UTF-8')"))
        records.select("shard", "head").collect()
        grouped = records.where(F.expr("concat_ws(':', shard, head) <> ''")).select("shard", "data").groupBy("shard")
        grouped.applyInArrow(count, "shard string, rows long").collect()
        done.append(batch)

    with tempfile.TemporaryDirectory() as checkpoint:
        writer = spark.readStream.format("numbers").load().writeStream.foreachBatch(land)
        query = writer.option("checkpointLocation", checkpoint).trigger(processingTime="500 milliseconds").start()
        end = time.monotonic() + SECONDS
        while len(done) < BATCHES and time.monotonic() < end and query.isActive:
            time.sleep(0.1)
        query.stop()
    spark.stop()
    if len(done) < BATCHES:
        raise SystemExit(f"{len(done)} batches in {SECONDS} s")


if __name__ == "__main__":
    main()
