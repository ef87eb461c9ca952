"""What ran a bench: the machine and the versions, without a name or a path; and memory while it ran."""

import os
import platform
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import ROOT
from local.lambda_functions import node

LOOK_SECONDS = 0.5
# The kernel counts shares page by page: so much longer than a look takes it is until the next.
PAUSE_OF_A_LOOK = 30
PACKAGES = ("duckdb", "pyspark", "pyarrow", "ministack", "boto3", "aiokpl")


def _output(*command: str) -> str:
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _field(path: str, name: str) -> str:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def describe() -> dict[str, Any]:
    """Processor, cores, memory, system, versions."""
    java = re.search(r'"([\d._]+)"', _output("java", "-version"))
    return {
        "cpu": _field("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memoryGB": round(int((_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) * 1024 / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {
            "python": platform.python_version(),
            "node": _output(node.binary(), "--version").removeprefix("v"),
            "java": java[1] if java else "",
            **{name: version(name) for name in PACKAGES},
        },
    }


def commit() -> str:
    """The commit that is checked out, marked where files differ from it."""
    name = _output("git", "rev-parse", "--short=10", "HEAD")
    changed = _output("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results.json")
    return f"{name} with changes" if changed else name


def _parents() -> dict[int, int]:
    """Each process's parent. From the kernel's own files: a program that asks would cost what is measured."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in brackets, may hold anything.
            found[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
    return found


def _family(pid: int) -> list[int]:
    parents = _parents()
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _kind(pid: int, emulator: int) -> str:
    if pid == emulator:
        return "emulator"
    try:
        program = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
    except OSError:
        return "job"
    return "functions" if program.rpartition("/")[2] == "node" else "job"


def _memory(pid: int) -> float:
    """Memory of a process in MB, where what several share counts in parts, if the kernel tells; 0 where it is gone."""
    kilobytes = (_field(f"/proc/{pid}/smaps_rollup", "Pss:") or _field(f"/proc/{pid}/status", "VmRSS")).split()
    return int(kilobytes[0]) * 1024 / 1e6 if kilobytes else 0.0


@contextmanager
def memory_of(emulator: int) -> Iterator[dict[str, float]]:
    """The most memory, in MB, that the emulator, all functions and the job took at a time; filled in while it runs."""
    peaks: dict[str, float] = {}
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            began = time.monotonic()
            sums: dict[str, float] = {}
            for pid in _family(emulator):
                kind = _kind(pid, emulator)
                sums[kind] = sums.get(kind, 0.0) + _memory(pid)
            sums["all"] = sum(sums.values())
            for kind, megabytes in sums.items():
                peaks[kind] = max(peaks.get(kind, 0.0), megabytes)
            stop.wait(max(LOOK_SECONDS, PAUSE_OF_A_LOOK * (time.monotonic() - began)))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        stop.set()
        watcher.join(5)


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime())
