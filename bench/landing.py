"""How fast a batch lands: `make bench ONLY=landing`.

The job's way (packed records to Arrow groups, both tables in one call, Parquet put by each task) and the usual job of
Spark (a row a record in JSON, `from_json`, a cached frame, two writes) take the same rows in the same process, in
turns. The emulator is the lake of the first, the local disk that of the second.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pyarrow as pa
import pyarrow.parquet as pq
from cellflow.batch import BatchLander
from cellflow.kinesis_source import ARROW_SCHEMA
from cellflow.lake import Lake
from cellflow.progress import Progress
from landing_job import make_session
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from support.emulation import healthy, wait_until
from support.kinesis_records import COLUMNS, record, row

from bench import ROOT
from bench.machine import memory_of
from bench.scale import Scale, median
from bench.table import number
from local import processes, settings
from local.glue import class_archive, spark_process

TITLE = "Landing a batch, against the usual job of one JSON row a record"
RECORD_ROWS = 2_000
LANDING_SECONDS = 1_200
NUMBERS = (
    *("lat", "long", "signal", "status", "speed", "satellites", "precission", "utc_offset"),
    *("signal_dbm", "rsrq", "sinr", "download", "upload", "latency"),
)
METRICS = ("speed_kmh", "satellites", "gps_accuracy_m")
KEYS = (
    *("hour", "operator", "network", "provider", "activity", "status", "postal_code", "signal"),
    *("technology", "signal_dbm"),
)
# The bits of both numbers, read as decimal digits, add up to the digits of the quadkey.
TILE = """
    lpad(
        bigint(bin(bigint((long + 180) / 360 * 65536)))
        + 2 * bigint(bin(bigint((0.5 - ln((1 + sin(radians(lat))) / (1 - sin(radians(lat)))) / (4 * pi())) * 65536))),
        16, '0'
    )
"""


def line(n: int) -> str:
    network = ("movistar", "orange", "vodafone", "yoigo")[n % 4]
    return row(
        day=f"2026-01-{1 + n % 2:02d}",
        hour=f"{n % 24:02d}:{n % 60:02d}:{n * 7 % 60:02d}",
        lat=f"{41 + n % 99_991 / 1e5:.5f}",
        long=f"{1 + n % 99_989 / 1e5:.5f}",
        signal=n % 32,
        network=network,
        operator=f"{network} es",
        speed=f"{n % 900 / 10:.1f}",
        satellites=f"{n % 18}.0",
        precission=f"{n % 150}.0",
        provider="gps" if n % 8 else "fused",
        activity="IN_VEHICLE",
        postal_code=f"{80_000 + n % 133:06d}",
        signal_dbm=-113 + n % 32 * 2,
        rsrq=-n % 20,
        sinr=f"{n % 300 / 10:.1f}",
        cell=f"214-7-{n % 20}-{n % 1_000}",
        download=f"{n % 900 / 10:.1f}",
        latency=n % 90,
    )


def packed(rows: int, upload: str) -> pa.Table:
    payloads = [
        record(upload, 0, n, map(line, range(n * RECORD_ROWS, (n + 1) * RECORD_ROWS)))
        for n in range(rows // RECORD_ROWS)
    ]
    return pa.table(
        {
            "shard": ["s"] * len(payloads),
            "sequence": [str(n) for n in range(len(payloads))],
            "partition_key": [f"{upload}/0/{n}" for n in range(len(payloads))],
            "data": payloads,
        },
        schema=ARROW_SCHEMA,
    )


def as_json(rows: int, file: Path) -> None:
    """The same rows, a record each, as the usual producer writes them: an object a row."""
    with pq.ParquetWriter(file, pa.schema([("data", pa.binary())])) as writer:
        for first in range(0, rows, RECORD_ROWS * 50):
            lines = [line(n).rstrip("\n").split(",") for n in range(first, min(rows, first + RECORD_ROWS * 50))]
            objects = [
                json.dumps(
                    {
                        name: float(value) if name in NUMBERS else value
                        for name, value in zip(COLUMNS[2], values, strict=True)
                        if value != ""
                    }
                ).encode()
                for values in lines
            ]
            writer.write_table(pa.table({"data": pa.array(objects, pa.binary())}))


def usual_way(records: DataFrame, target: Path) -> None:
    schema = ", ".join(f"{column} {'double' if column in NUMBERS else 'string'}" for column in COLUMNS[2])
    text = {name: F.nullif(F.trim(F.lower(name)), F.lit("")) for name in ("network", "operator")}
    rows = (
        records.select(F.from_json(F.col("data").cast("string"), schema).alias("row"))
        .select("row.*")
        .select(
            F.expr("to_timestamp(concat_ws(' ', day, hour)) - make_dt_interval(0, 0, int(utc_offset))").alias(
                "measured_at"
            ),
            F.col("lat").alias("latitude"),
            F.col("long").alias("longitude"),
            F.expr("int(nullif(signal, 99))").alias("signal"),
            text["network"].alias("network"),
            text["operator"].alias("operator"),
            F.col("status").cast("int").alias("status"),
            F.trim("description").alias("description"),
            F.round("speed", 1).alias("speed_kmh"),
            F.col("satellites").cast("int").alias("satellites"),
            F.round("precission", 1).alias("gps_accuracy_m"),
            F.trim("provider").alias("provider"),
            F.trim("activity").alias("activity"),
            F.regexp_replace(F.trim("postal_code"), r"\.0+$", "").alias("postal_code"),
            *("technology", "signal_dbm", "rsrq", "sinr", "town", "cell", "download", "upload", "latency", "device"),
            F.expr(TILE).alias("tile"),
            F.expr("int(substr(hour, 1, 2))").alias("hour"),
            "day",
        )
        .cache()
    )
    measurements = rows.drop("hour").write.partitionBy("day").option("compression", "zstd")
    measurements.parquet(str(target / "measurements"))
    figures = [
        figure
        for metric in METRICS
        for figure in (
            F.count(metric).alias(f"count_{metric}"),
            F.sum(F.round(F.col(metric) * 10).cast("long")).alias(f"sum_{metric}_tenths"),
            F.min(metric).alias(f"min_{metric}"),
            F.max(metric).alias(f"max_{metric}"),
        )
    ]
    (
        rows.withColumn("signal_dbm", F.expr("int(floor(signal_dbm + 0.5))"))
        .groupBy("day", *KEYS)
        .agg(F.count("*").alias("count_rows"), *figures)
        .write.partitionBy("day")
        .option("compression", "zstd")
        .parquet(str(target / "hourly_quality"))
    )
    rows.unpersist(blocking=True)


def seconds(act: Callable[[], None]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def landed_rows(target: Path) -> int:
    return sum(pq.ParquetFile(file).metadata.num_rows for file in (target / "measurements").rglob("*.parquet"))


def compare(spark: SparkSession, usual_spark: SparkSession, directory: Path, rows: int, runs: int) -> dict[str, Any]:
    s3 = boto3.client("s3")
    directory.mkdir(exist_ok=True)
    plain = directory / "json.parquet"
    as_json(rows, plain)
    ours, usual = [], []
    for run in range(runs):
        upload = uuid.uuid4().hex[:16]
        file = directory / f"{upload}.parquet"
        pq.write_table(packed(rows, upload), file)
        records = spark.read.parquet(str(file))
        lander = BatchLander(Lake(s3, "bench"), Progress())
        ours.append(seconds(lambda: lander.land_batch(records, run)))  # noqa: B023
        target = directory / upload
        single = usual_spark.read.parquet(str(plain)).repartition(2)
        usual.append(seconds(lambda: usual_way(single, target)))  # noqa: B023
        if landed_rows(target) != rows:
            raise AssertionError(f"the usual job landed {landed_rows(target):,} of {rows:,} rows")
        print(f"run {run + 1} of {runs}: {ours[-1]:.2f} s, from_json {usual[-1]:.2f} s", flush=True)
        shutil.rmtree(target)
    return {
        "rows": rows,
        "runs": runs,
        "seconds": median(ours),
        "usualSeconds": median(usual),
        "ratio": median([other / own for own, other in zip(ours, usual, strict=True)]),
        "recordBytes": file.stat().st_size,
        "usualRecordBytes": plain.stat().st_size,
    }


def usual_session(spark: SparkSession) -> SparkSession:
    """One with what the job's settings take from the usual way: compiled plans and larger Arrow batches."""
    session = spark.newSession()
    usual = {
        "spark.sql.codegen.wholeStage": "true",
        "spark.sql.codegen.factoryMode": "FALLBACK",
        "spark.sql.adaptive.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "10000",
        "spark.sql.shuffle.partitions": "4",
    }
    for name, value in usual.items():
        session.conf.set(name, value)
    return session


def measure(scale: Scale) -> dict[str, Any]:
    """In a process of its own: the session takes settings that are read once."""
    rows, runs, warm = scale.of((1_000_000, 3, 20_000), (20_000, 1, 2_000))
    scale.tell(f"{rows:,} rows, {runs} runs; Spark starts")
    command = [sys.executable, "-m", "bench.landing", str(rows), str(runs), str(warm)]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process,
        memory_of(process.pid) as peaks,
    ):
        output, errors = process.communicate(timeout=LANDING_SECONDS)
    if process.returncode:
        raise RuntimeError(f"landing failed:\n{errors[-2000:]}")
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found | {"peakMB": {"all": peaks["all"]}}


def tables(figures: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    rows = [
        ["the landing job", number(figures["seconds"], "s"), number(figures["rows"] / figures["seconds"])],
        [
            "from_json, a row a record",
            number(figures["usualSeconds"], "s"),
            number(figures["rows"] / figures["usualSeconds"]),
        ],
        ["ratio", number(figures["ratio"]), ""],
    ]
    return [([f"{figures['rows']:,} rows", "seconds", "rows/s"], rows)]


def main(rows: int, runs: int, warm_rows: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        os.environ.update(
            CELLFLOW_PORT=str(processes.free_port(settings.HOST)), CELLFLOW_LOCAL_DIR=name, LOG_LEVEL="WARNING"
        )
        os.environ.update(settings.aws_environment())
        os.environ.update(spark_process.environment())
        os.environ["PYSPARK_SUBMIT_ARGS"] = (
            f"--master {spark_process.MASTER} --driver-memory 2g --conf spark.ui.enabled=false "
            # Neither way gains by how fast Java starts.
            f"--driver-java-options '{' '.join(class_archive.options())}' "
            f"--conf spark.ui.showConsoleProgress=false --conf spark.local.dir={directory} pyspark-shell"
        )
        emulator = subprocess.Popen([sys.executable, "-m", "local.emulator"], cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_until(lambda: healthy(settings.endpoint()), seconds=60)
            spark = make_session()
            spark.sparkContext.setLogLevel("ERROR")
            boto3.client("s3").create_bucket(
                Bucket="bench", CreateBucketConfiguration={"LocationConstraint": settings.REGION}
            )
            usual = usual_session(spark)
            # The first run pays for started workers and is not counted.
            compare(spark, usual, directory / "warm", warm_rows, 1)
            result = compare(spark, usual, directory, rows, runs)
            spark.stop()
        finally:
            emulator.terminate()
            emulator.wait(30)
    print(json.dumps(result))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
