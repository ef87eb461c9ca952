"""The stack's processes: started, described, found again and stopped."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.emulation import ROOT

from local import console, processes, settings, stack


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CELLFLOW_LOCAL_DIR", str(tmp_path))
    monkeypatch.setenv("CELLFLOW_PORT", str(processes.free_port(settings.HOST)))
    monkeypatch.setenv("CELLFLOW_CONSOLE_PORT", str(processes.free_port(settings.HOST)))
    settings.log_dir().mkdir(parents=True)
    yield
    stack.down()


def run(action: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.stack", action], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )


def start() -> dict[str, subprocess.Popen[bytes]]:
    """Emulator and console as `up` starts them, with nothing deployed."""
    logs = {name: settings.log_dir() / f"{name}.log" for name in ("emulator", "console")}
    started = {"emulator": stack.start_emulator(logs["emulator"]), "console": console.start(logs["console"])}
    health = {"emulator": f"{settings.endpoint()}/_cellflow/health", "console": f"{console.url()}/api/health"}
    for name, process in started.items():
        stack.wait_healthy(name, process, health[name], logs[name])
    stack.write_description(started, logs, outputs={"JobName": "cellflow-landing"})
    return started


@pytest.mark.usefixtures("environment")
def test_up_is_a_no_op_when_it_is_up_and_down_stops_all() -> None:
    started = start()
    assert "up already" in run("up").stdout
    shown = run("status")
    assert shown.returncode == 0 and "cellflow-landing" in shown.stdout

    begun = time.monotonic()
    assert run("down").stdout == "Stopped: console, emulator.\n"
    assert time.monotonic() - begun < 15
    for process in started.values():
        process.wait(1)
    assert not processes.port_in_use(settings.HOST, settings.port())
    assert run("down").stdout == "Cellflow is not up.\n"
    assert run("status").returncode == 1


@pytest.mark.usefixtures("environment")
def test_a_port_in_use_is_named() -> None:
    other = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(settings.port()), "--bind", settings.HOST],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not processes.port_in_use(settings.HOST, settings.port()):
            time.sleep(0.05)
        refused = run("up")
    finally:
        other.terminate()
        other.wait(5)

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {settings.port()} for the AWS endpoint is in use")


@pytest.mark.usefixtures("environment")
def test_processes_that_are_not_ours_are_left_alone() -> None:
    foreign = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        stack.write_description({"emulator": foreign}, {}, outputs={})
        assert run("down").stdout == "Nothing of Cellflow was running any more.\n"
        assert foreign.poll() is None
    finally:
        foreign.kill()
        foreign.wait(5)


def test_children_end_with_their_parent() -> None:
    script = "import subprocess, sys, time; subprocess.Popen(['sleep', '60'], start_new_session=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", script])
    while not (children := processes.descendants(parent.pid)):
        time.sleep(0.05)
    processes.stop_descendants(parent.pid, grace_seconds=2)

    assert not any(processes.alive(child) for child in children)
    assert processes.alive(parent.pid) and parent.pid in processes.descendants(os.getpid())
    parent.kill()
    parent.wait(5)
