"""The plug-ins: each module overrides named functions of MiniStack in its `install()`.

A module may also have `shutdown()`, called once when the emulator ends.
"""

import importlib
import logging
from types import ModuleType

logger = logging.getLogger("cellflow")

# Module, and what AWS does that MiniStack alone does not.
PLUGINS = {
    "lambda_runtime": "error names, exit reports, bounded warm workers of Lambda functions",
    "eventbridge_lambda": "further attempts when a function that a rule calls fails",
    "function_url": "function URLs that this machine can reach",
    "step_functions": "full history, timeouts, abortion and redrive of executions",
    "s3_events": "version ids and increasing sequencers in S3 events",
    "s3_ranges": "byte ranges of an object's version",
    "cloudformation_imports": "buckets that a change set takes up",
    "sns_mail": "delivery to e-mail subscribers, limits of a publish",
    "named_query": "Athena named queries in CloudFormation, and their API",
    "kinesis_shards": "split and merged shards that stay readable",
    "kinesis_records": "iterators by sequence number, limits and partial failures of PutRecords",
    "faults": "injected faults, for tests",
    "glue_partitions": "partitions asked for by their keys",
    "glue_jobs": "Glue jobs that run on Spark",
    "glue_crawlers": "crawlers that read the lake",
    "athena_queries": "Athena SQL",
}

_installed: dict[str, ModuleType] = {}


def install_all() -> list[str]:
    """Install every plug-in; returns their names."""
    for name in PLUGINS:
        module = importlib.import_module(f"{__name__}.{name}")
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
