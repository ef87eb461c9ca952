"""Entry point of the Glue job `cellflow-landing`: lands what the stream holds until nothing has come for a while."""

import argparse
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cellflow
from cellflow.batch import BatchLander
from cellflow.checkpoints import Checkpoints
from cellflow.clients import s3
from cellflow.heartbeat import Heartbeat
from cellflow.idle import await_end
from cellflow.kinesis_source import FORMAT, UNREADABLE_OFFSET, KinesisSource
from cellflow.lake import Lake
from cellflow.landing import RECORDS_PER_FLUSH
from cellflow.progress import Progress, ProgressListener
from pyspark.sql import SparkSession
from pyspark.sql.streaming.listener import StreamingQueryListener

MAX_BYTES_PER_BATCH = 128 * 1024 * 1024
QUERY_ID_LENGTH = 8
# What Spark says where another query writes the same checkpoint.
SECOND_DRIVER = ("CONCURRENT_STREAM_LOG_UPDATE", "Multiple streaming queries are concurrently using")

SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    # A second attempt at a task beside the first would only write the same objects twice.
    "spark.speculation": "false",
    "spark.sql.adaptive.enabled": "false",
    # A batch is a few hundred large records: compiling its plan costs more than it saves.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    # A group reaches Python a flush at a time, whatever its size.
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(RECORDS_PER_FLUSH),
    # Idle looks at the stream are what the heartbeat and the idle stop go by.
    "spark.sql.streaming.noDataProgressEventInterval": "500",
    "spark.sql.session.timeZone": "UTC",
}

logger = logging.getLogger("landing_job")


class LandingFailed(Exception):
    """What ended the query, in one line."""


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Glue passes arguments of its own besides the job's; those are left alone."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--lake_bucket", required=True)
    parser.add_argument("--stream_name", required=True)
    parser.add_argument("--checkpoint_location", required=True)
    parser.add_argument("--aws_region", help="where the environment names none")
    parser.add_argument("--idle_stop_seconds", type=float, default=900)
    parser.add_argument("--max_records_per_batch", type=int, default=4_000)
    parser.add_argument("--trigger_milliseconds", type=int, default=500)
    return parser.parse_known_args(argv)[0]


def make_session(region: str | None = None) -> SparkSession:
    builder = SparkSession.builder.appName("cellflow-landing")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    # Spark gives the process behind a streaming source no files that the job brought along: it finds this package here.
    environment = spark.sparkContext.environment
    paths = [environment.get("PYTHONPATH"), str(Path(cellflow.__file__).parents[1])]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    if region and not os.environ.get("AWS_REGION"):
        # For the clients here, and for those of every Python process that Spark starts.
        os.environ["AWS_DEFAULT_REGION"] = environment["AWS_DEFAULT_REGION"] = region
    spark.dataSource.register(KinesisSource)
    return spark


def run_query(
    spark: SparkSession, arguments: argparse.Namespace, checkpoint: str, progress: Progress, lander: BatchLander
) -> None:
    records = (
        spark.readStream.format(FORMAT)
        .option("stream", arguments.stream_name)
        .option("max_records", arguments.max_records_per_batch)
        .option("max_bytes", MAX_BYTES_PER_BATCH)
        .load()
    )
    logger.info("Reading %s with checkpoint %s", arguments.stream_name, checkpoint)
    query = (
        records.writeStream.foreachBatch(lander)
        .option("checkpointLocation", checkpoint)
        .trigger(processingTime=f"{arguments.trigger_milliseconds} milliseconds")
        .start()
    )
    lander.query.set_result(query.id[:QUERY_ID_LENGTH])
    await_end(query, progress, arguments.idle_stop_seconds)


def checkpoint_is_to_blame(error: Exception, failure: Exception | None, progress: Progress) -> bool:
    """Whether a query that ended before its first look at the stream did so for what its checkpoint holds.

    Held to be so too readily, it costs a second reading of the stream, and no row: the ledger knows what has landed.
    """
    if failure is not None or is_second_driver(error):
        return False
    if UNREADABLE_OFFSET in str(error):
        return True
    from_source = "PYTHON_STREAMING_DATA_SOURCE" in str(error)
    return progress.triggers == 0 and not from_source


def is_second_driver(error: Exception) -> bool:
    """Whether the query ended because another driver writes its checkpoint: that one goes on, this one ends."""
    told = f"{error}\n{getattr(error, '_stackTrace', None) or ''}"
    return any(sign in told for sign in SECOND_DRIVER)


def reason_of(error: Exception, failure: Exception | None) -> str:
    """The job's own error in one line, out of Spark's wrapping."""
    if failure is not None:
        return f"{type(failure).__name__}: {failure}"
    if is_second_driver(error):
        return "SecondDriver: another run of the job writes the same checkpoint; it goes on, and this run ends"
    # A traceback of Python ends in the one line that is not indented.
    lines = [line for line in str(error).splitlines() if re.match(r"[\w.]+(Error|Exception|[A-Z]\w+): ", line)]
    causes = re.findall(r"^Caused by: (.+)$", getattr(error, "_stackTrace", None) or "", re.MULTILINE)
    return (lines or causes or [f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"])[-1]


@contextmanager
def listening(spark: SparkSession, listener: StreamingQueryListener) -> Iterator[None]:
    spark.streams.addListener(listener)
    try:
        yield
    finally:
        spark.streams.removeListener(listener)


def land_stream(spark: SparkSession, arguments: argparse.Namespace) -> None:
    lake = Lake(s3(), arguments.lake_bucket)
    progress = Progress()
    checkpoints = Checkpoints(spark, arguments.checkpoint_location)
    with listening(spark, ProgressListener(progress)), Heartbeat(lake, progress):
        checkpoint = checkpoints.newest()
        while True:
            lander = BatchLander(lake, progress)
            try:
                run_query(spark, arguments, checkpoint or checkpoints.fresh(), progress, lander)
                return
            except Exception as error:
                if checkpoint is None or not checkpoint_is_to_blame(error, lander.failure, progress):
                    raise LandingFailed(reason_of(error, lander.failure)) from error
                logger.warning("Checkpoint %s cannot be used: %s", checkpoint, reason_of(error, lander.failure))
                checkpoint = None


def main(argv: list[str]) -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stdout)
    logging.getLogger("py4j").setLevel(logging.WARNING)
    arguments = parse_arguments(argv)
    spark = make_session(arguments.aws_region)
    try:
        land_stream(spark, arguments)
    finally:
        spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
