"""Spark as it is installed, found without importing it, which would take a tenth of each start of the emulator."""

import importlib.metadata
import importlib.util
from functools import cache
from pathlib import Path


class SparkMissing(RuntimeError):
    """There is no Spark to run jobs by."""


@cache
def home() -> Path:
    """:raises SparkMissing: where it is not installed"""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise SparkMissing("PySpark is missing: `make setup` brings it.")
    return Path(spec.origin).parent


def version() -> str:
    return importlib.metadata.version("pyspark")
