"""Running a Spark script on this machine, as AWS Glue runs one on its own: a process group of its own, with a log."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local import processes, settings
from local.glue import class_archive, spark
from local.java import find_java

MASTER = "local[2,4]"
DRIVER_MEMORY = "1g"
JAVA_OPTIONS = (
    # A driver that lives for minutes is quicker with the quick compiler alone.
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xshare:auto",
)


def java_options() -> tuple[str, ...]:
    """What Java is started with for a driver."""
    return (*JAVA_OPTIONS, *class_archive.options())


# Spark says this once its context is made.
UP = "Submitted application"
LOG_SETTINGS = """
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %p %c{1}: %m%n%ex
logger.context.name = org.apache.spark.SparkContext
logger.context.level = info
logger.trigger.name = org.apache.spark.sql.execution.streaming.runtime.ProcessingTimeExecutor
logger.trigger.level = error
logger.conf.name = org.apache.spark.SparkConf
logger.conf.level = error
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
"""


class SparkProcess:
    """One run of a script; `directory` holds its files and Spark's, and is the run's alone.

    `credentials` are those of the job's role, as variables; without, it acts with the emulator's own.
    """

    def __init__(
        self,
        script: Path,
        modules: Sequence[Path],
        arguments: Mapping[str, str],
        directory: Path,
        log: Path,
        configuration: Mapping[str, str] | None = None,
        credentials: Mapping[str, str] | None = None,
        more_java_options: Sequence[str] = (),
    ):
        self._log = log
        log_settings = directory / "log4j2.properties"
        log_settings.write_text(LOG_SETTINGS)
        options = [*java_options(), *more_java_options, f"-Dlog4j2.configurationFile={log_settings.as_uri()}"]
        configuration = {
            **(configuration or {}),
            "spark.driver.extraJavaOptions": " ".join(options),
            "spark.driver.bindAddress": settings.HOST,
            "spark.driver.host": settings.HOST,
            "spark.local.dir": str(directory / "spark"),
            "spark.sql.warehouse.dir": str(directory / "warehouse"),
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
        }
        command = [
            str(spark.home() / "bin" / "spark-submit"),
            *("--master", MASTER, "--driver-memory", DRIVER_MEMORY),
            *(part for name, value in configuration.items() for part in ("--conf", f"{name}={value}")),
            *(("--py-files", ",".join(map(str, modules))) if modules else ()),
            str(script),
            *(part for name, value in arguments.items() for part in (name, value)),
        ]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                env={**environment(), **(credentials or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        pid_file(directory).write_text(str(self._process.pid))

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self, seconds: float) -> int | None:
        """The exit code, or None while it runs; what the process leaves behind is ended with it."""
        try:
            code = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        signal_group(self._process.pid, signal.SIGKILL)
        return code

    def is_up(self) -> bool:
        return UP in self._log.read_text(errors="replace")

    def stop(self, grace_seconds: float) -> None:
        """SIGTERM, and SIGKILL to what is left after the grace time."""
        signal_group(self._process.pid, signal.SIGTERM)
        if self.wait(grace_seconds) is None:
            signal_group(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def error(self, code: int) -> str:
        """The script's own error: the last line of its last traceback."""
        text = self._log.read_text(errors="replace")
        _, found, trace = text.rpartition("Traceback (most recent call last):\n")
        if found:
            line = next((line for line in trace.splitlines() if line and not line[0].isspace()), "")
            if line:
                return re.sub(r"^__main__\.", "", line)
        if code < 0 or code > 128:
            return f"Spark was ended by {signal.Signals(-code if code < 0 else code - 128).name}"
        last = text.strip().splitlines()[-1:] or ["it wrote nothing"]
        return f"Spark ended with code {code}: {last[0]}"


def environment() -> dict[str, str]:
    """What a script finds in its environment: this endpoint, this Python, a Java that Spark runs on."""
    java = find_java()
    if java is None:
        raise RuntimeError("Spark needs Java 17 or 21, and none was found")
    dropped = (*settings.FOREIGN_VARIABLES, "PYTHONPATH", "PYSPARK_SUBMIT_ARGS", "SPARK_HOME", "SPARK_CONF_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {
        **kept,
        **settings.aws_environment(),
        "JAVA_HOME": str(java),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": str(Path(__file__).parent / "python"),
        "PYTHONUNBUFFERED": "1",
        "SPARK_LOCAL_IP": settings.HOST,
        "SPARK_LOCAL_HOSTNAME": "localhost",
    }


def pid_file(directory: Path) -> Path:
    return directory / "pid"


def end_leftover(directory: Path) -> None:
    """End the run that an emulator which died left behind in this directory."""
    try:
        pid = int(pid_file(directory).read_text())
    except (OSError, ValueError):
        return
    if processes.alive(pid) and str(directory) in processes.command_line(pid):
        signal_group(pid, signal.SIGKILL)


def signal_group(leader: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
