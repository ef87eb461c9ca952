"""One Trino server on the loopback address, its Hive connector on the emulator's Glue and S3."""

import contextlib
import os
import shutil
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

from local import processes, settings
from local.trino.client import TrinoClient, TrinoError
from local.trino.install import Installation, install

# The catalogue is called as Athena's is, so that messages name tables as Athena does.
CATALOG = "awsdatacatalog"
START_SECONDS = 240
HEAP = "768m"


class TrinoServer:
    """Starts on demand and once; ends with `stop`."""

    def __init__(self, endpoint: str, directory: Path) -> None:
        self._endpoint = endpoint
        self._directory = directory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._client: TrinoClient | None = None
        self._is_stopped = False

    def client(self) -> TrinoClient:
        """A client of the server once its node is active; brings and starts the server where it does not run."""
        with self._lock:
            if self._client is None or self._process is None or self._process.poll() is not None:
                self._client = self._start()
            return self._client

    def stop(self) -> None:
        self._is_stopped = True
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()
        self._pid_file.unlink(missing_ok=True)

    @property
    def _pid_file(self) -> Path:
        return self._directory / "trino.pid"

    @property
    def log(self) -> Path:
        return self._directory / "trino.log"

    def _start(self) -> TrinoClient:
        found = install()
        self._end_left_over()
        port = processes.free_port(settings.HOST)
        self._configure(found, port)
        # A fresh one for each start: what a former server left there is of no use.
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [str(found.java), *self._java_options(found), "io.trino.server.TrinoServer"],
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid))
        client = TrinoClient(f"http://{settings.HOST}:{port}", CATALOG)
        self._wait(client, found)
        return client

    def _configure(self, found: Installation, port: int) -> None:
        """Server, node and catalogue properties, and the directory layout that the server expects around them."""
        etc = self._directory / "etc"
        shutil.rmtree(etc, ignore_errors=True)
        shutil.rmtree(self._directory / "data", ignore_errors=True)
        (etc / "catalog").mkdir(parents=True)
        _write(
            etc / "config.properties",
            {
                "node.environment": "cellflow",
                "node.id": "cellflow",
                "node.bind-ip": settings.HOST,
                "node.internal-address": settings.HOST,
                "coordinator": "true",
                "node-scheduler.include-coordinator": "true",
                "http-server.http.port": port,
                "discovery.uri": f"http://{settings.HOST}:{port}",
                "plugin.dir": found.server / "plugin",
                "catalog.config-dir": etc / "catalog",
                "query.max-memory-per-node": "256MB",
                "query.max-history": 20,
                "query.min-expire-age": "10s",
                "task.concurrency": 2,
                "web-ui.enabled": "false",
            },
        )
        _write(
            etc / "catalog" / f"{CATALOG}.properties",
            {
                "connector.name": "hive",
                "hive.metastore": "glue",
                "hive.metastore.glue.endpoint-url": self._endpoint,
                "hive.metastore.glue.region": settings.REGION,
                "hive.metastore.glue.aws-access-key": "test",
                "hive.metastore.glue.aws-secret-key": "test",
                "hive.security": "read-only",
                "fs.native-s3.enabled": "true",
                "s3.endpoint": self._endpoint,
                "s3.region": settings.REGION,
                "s3.path-style-access": "true",
                "s3.aws-access-key": "test",
                "s3.aws-secret-key": "test",
            },
        )

    def _java_options(self, found: Installation) -> list[str]:
        return [
            f"-Xmx{HEAP}",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+EnableDynamicAgentLoading",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:ReservedCodeCacheSize=128M",
            "-Djdk.attach.allowAttachSelf=true",
            "-Djdk.nio.maxCachedBufferSize=2000000",
            "-Dfile.encoding=UTF-8",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            f"-Dconfig={self._directory / 'etc' / 'config.properties'}",
            "-cp",
            f"{found.server / 'lib'}/*",
        ]

    def _wait(self, client: TrinoClient, found: Installation) -> None:
        """Until the server accepts queries and its node is active: before that a query fails for want of nodes."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self._is_stopped:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"Trino did not start ({found.server}):\n{self.log.read_text()[-3000:]}")
            if _has_started(client.url) and _is_active(client):
                return
            time.sleep(0.25)
        raise RuntimeError(f"Trino was not ready after {START_SECONDS} s:\n{self.log.read_text()[-3000:]}")

    def _end_left_over(self) -> None:
        """End a server that an emulator which was killed left behind."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError, ValueError):
            pid = int(self._pid_file.read_text())
            if str(self._directory) in processes.command_line(pid):
                processes.stop([pid], grace_seconds=5)


def _has_started(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/v1/info", timeout=2) as answer:
            said: bytes = answer.read()
            return b'"starting":false' in said
    except OSError:
        return False


def _is_active(client: TrinoClient) -> bool:
    # The coordinator lists itself as active before it gives itself work: only rows that a worker makes tell.
    sql = "select count(*) from table(sequence(start => 1, stop => 2))"
    try:
        made: int = sum(row[0] for page in client.pages(sql, "default") for row in page.rows)
        return made == 2
    except TrinoError:
        return False


def _write(file: Path, properties: dict[str, object]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()))
    os.chmod(file, 0o600)
