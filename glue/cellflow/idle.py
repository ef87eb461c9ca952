"""Watching the query from the driver's main thread, and stopping it when there is nothing left to do."""

import logging

from pyspark.sql.streaming.query import StreamingQuery

from cellflow.progress import Progress

LOOK_SECONDS = 1

logger = logging.getLogger(__name__)


def await_end(query: StreamingQuery, progress: Progress, idle_stop_seconds: float) -> None:
    """Returns when the query was stopped for being idle; raises what ended it otherwise.

    A record that comes while the query stops stays in the stream, for the next run to read.
    """
    while not query.awaitTermination(LOOK_SECONDS):
        idle = progress.idle_seconds()
        if idle >= idle_stop_seconds:
            logger.info("No record for %.0f s; stopping", idle)
            query.stop()
            return
