"""The plug-ins: each module overrides named functions of MiniStack in its `install()`.

A module may also have `shutdown()`, called once when the emulator ends.
"""

import importlib
import logging
from types import ModuleType

logger = logging.getLogger("cellflow")

# Module of `local`, and what AWS does that MiniStack alone does not.
PLUGINS = {
    "iam.plugin": "rights enforced, for tests",
    "lambda_functions.runtime": "error names, exit reports, bounded warm workers of Lambda functions",
    "lambda_functions.replacing": "invocations that end on the code with which they began",
    "lambda_functions.concurrency": "the limit of Lambda invocations at once, for tests",
    "events.function_targets": "further attempts when a function that a rule calls fails",
    "lambda_functions.urls": "function URLs that this machine can reach",
    "step_functions.plugin": "full history, timeouts, abortion and redrive of executions",
    "s3.events": "version ids and increasing sequencers in S3 events",
    "s3.ranges": "byte ranges of an object's version",
    "s3.objects": "objects on disk",
    "s3.receiving": "large objects that are not in memory as a whole",
    "s3.multipart": "parts of an upload on disk",
    "s3.outbox": "events of objects that outlast the process",
    "sns.mail": "delivery to e-mail subscribers, limits of a publish",
    "athena.named_queries": "Athena named queries in CloudFormation, and their API",
    "cloudformation.secrets": "references to secrets by their ARN",
    "cloudformation.topics": "keys of encrypted topics",
    "cloudformation.imports": "buckets that a change set takes up",
    "kinesis.shards": "split and merged shards that stay readable",
    "kinesis.records": "iterators by sequence number, limits and partial failures of PutRecords",
    "kinesis.keeping": "records on disk",
    "step_functions.keeping": "executions that outlast the process",
    "glue.leftovers": "jobs and crawlers that ended with the process",
    "athena.leftovers": "queries that ended with the process",
    "cloudformation.leftovers": "updates of stacks that ended with the process",
    "faults.injection": "injected faults, for tests",
    "kinesis.waiting": "reads that wait for what comes",
    "glue.partitions": "partitions asked for by their keys",
    "glue.jobs": "Glue jobs that run on Spark",
    "glue.crawlers": "crawlers that read the lake",
    "athena.plugin": "Athena SQL",
    "keeping.plugin": "what there is outlasts the process",
    "metering.plugin": "counts of what would be billed, for benches",
    # Last: it watches what the others put in place.
    "traces.plugin": "a trace of what took effect, for tests",
}

_installed: dict[str, ModuleType] = {}


def install_all() -> list[str]:
    """Install every plug-in; returns their names."""
    for name in PLUGINS:
        module = importlib.import_module(f"local.{name}")
        module.install()
        _installed[name] = module
    return list(_installed)


def shutdown_all() -> None:
    """Let each plug-in stop what it started."""
    for name, module in reversed(_installed.items()):
        stop = getattr(module, "shutdown", None)
        if stop is None:
            continue
        try:
            stop()
        except Exception:
            logger.exception("plug-in %s did not shut down cleanly", name)
