"""Processes and ports of this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable


def port_in_use(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def free_port(host: str) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        number: int = probe.getsockname()[1]
        return number


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    listing = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state = listing.stdout.strip()
    return bool(state) and not state.startswith("Z")


def command_line(pid: int) -> str:
    listing = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listing.stdout.strip()


def descendants(pid: int) -> list[int]:
    """Children of a process and theirs, parents first."""
    listing = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=False)
    children: dict[int, list[int]] = {}
    for line in listing.stdout.splitlines():
        child, parent = (int(number) for number in line.split())
        children.setdefault(parent, []).append(child)
    found: list[int] = []
    queue = [pid]
    while queue:
        for child in children.get(queue.pop(0), []):
            found.append(child)
            queue.append(child)
    return found


def _send(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def stop(pids: Iterable[int], grace_seconds: float) -> None:
    """Ask processes to end, and end those that do not within the grace time."""
    remaining = [pid for pid in pids if alive(pid)]
    _send(remaining, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while remaining and time.monotonic() < deadline:
        time.sleep(0.05)
        remaining = [pid for pid in remaining if alive(pid)]
    _send(remaining, signal.SIGKILL)


def stop_descendants(pid: int, grace_seconds: float) -> None:
    stop(descendants(pid), grace_seconds)
