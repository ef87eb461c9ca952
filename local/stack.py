"""The laptop edition up and down: `python -m local.stack up|deploy|down|reset|status`."""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeGuard

from local import console, deployment, processes, settings, variables

ROOT = Path(os.environ.get("CELLFLOW_APP_DIR", Path(__file__).resolve().parents[1]))
START_SECONDS = 60
STOP_SECONDS = 15
# What of the folder is of the edition's life so far, and not of this machine. `data` is what the emulator keeps.
LIFE = ("data", "mail", "checkpoints", "glue", "athena-spill", "console", "outputs.json", "demo", "demo.json")


# What `up` writes for those who look for the stack, and for `down`.
Description = dict[str, Any]


class Problem(Exception):
    """What keeps the stack from coming up, in words for the person at the terminal."""


def description_file() -> Path:
    return settings.local_dir() / "stack.json"


def described() -> Description | None:
    """What `up` wrote, or None."""
    try:
        description: Description = json.loads(description_file().read_text())
        return description
    except (OSError, ValueError):
        return None


def running(description: Description | None) -> TypeGuard[Description]:
    """Whether the emulator of a description still answers as that process."""
    if description is None:
        return False
    health = fetch_json(f"{description['endpoint']}/_cellflow/health")
    return bool(health is not None and health.get("pid") == description["pids"]["emulator"])


def fetch_json(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            return json.load(answer)
    except (OSError, ValueError):
        return None


class Progress:
    """One line a step, with the seconds it took."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        print(f"  {name} ...", end="", flush=True)
        try:
            yield
        except BaseException:
            print(" failed", flush=True)
            raise
        print(f" {time.monotonic() - begun:.1f} s", flush=True)

    def seconds(self) -> float:
        return time.monotonic() - self.started


def up() -> int:
    settings.check_variables()
    description = described()
    if running(description):
        print(f"Cellflow is up already: {description['endpoint']}, console {description['console']}")
        return 0
    if description is not None:
        stop_processes(description)
    for name, number in (("AWS endpoint", settings.port()), ("console", settings.console_port())):
        if processes.port_in_use(settings.HOST, number):
            variable = "CELLFLOW_PORT" if name == "AWS endpoint" else "CELLFLOW_CONSOLE_PORT"
            raise Problem(
                f"Port {number} for the {name} is in use: stop what listens there, or set {variable} to another port."
            )

    if settings.data_dir().exists() and not deployed_file().exists():
        # Half a stack can neither be updated nor used, and holds nothing of a person's.
        print("The first deployment was not finished: it begins anew.")
        forget()
    logs = settings.log_dir()
    logs.mkdir(parents=True, exist_ok=True)
    settings.mail_dir().mkdir(parents=True, exist_ok=True)
    paths = {name: logs / f"{name}.log" for name in ("emulator", "console", "bootstrap", "synthesis", "deployment")}
    for path in paths.values():
        path.unlink(missing_ok=True)
    progress = Progress()
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        with progress.step("Starting the AWS emulator"):
            started["emulator"] = start_emulator(paths["emulator"])
            wait_healthy("emulator", started["emulator"], f"{settings.endpoint()}/_cellflow/health", paths["emulator"])
        write_description(started, paths, outputs={})
        outputs_file = settings.local_dir() / "outputs.json"
        bring_app(progress, logs, outputs_file)
        warm_functions()
        with progress.step("Starting the console"):
            started["console"] = console.start(paths["console"])
            wait_healthy("console", started["console"], f"{console.url()}/api/health", paths["console"])
    except BaseException:
        processes.stop([process.pid for process in started.values()], STOP_SECONDS)
        description_file().unlink(missing_ok=True)
        raise
    written = write_description(started, paths, outputs=read_outputs(outputs_file))
    print(f"Cellflow is up after {progress.seconds():.0f} s.")
    print(f"  console   {written['console']}")
    print(f"  endpoint  {written['endpoint']}")
    print(f"  mails     {written['mailDir']}")
    print(f"  logs      {logs}")
    return 0


def deploy() -> int:
    """Deploy the app, as it is in the tree now, into the edition that runs."""
    description = described()
    if not running(description):
        raise Problem("Cellflow is not up. Start it with `make up`.")
    progress = Progress()
    logs = settings.log_dir()
    outputs_file = settings.local_dir() / "outputs.json"
    bring_app(progress, logs, outputs_file)
    warm_functions()
    save_description({**description, "outputs": read_outputs(outputs_file)})
    return 0


def bring_app(progress: Progress, logs: Path, outputs: Path) -> None:
    """Deploy the app, as it is in the tree now, unless just that is deployed."""
    known = deployed()
    version = deployment.cdk_version()
    with progress.step("Preparing the account and the app (cdk bootstrap, cdk synth)"):
        app = deployment.prepare(logs, ROOT, is_bootstrapped=known.get("cdk") == version)
    if known.get("app") == app.name and outputs.exists():
        print("  Cellflow is deployed as it is in the tree.")
        return
    if deployed_file().exists():
        # Until it has ended, nobody knows what is deployed.
        deployed_file().write_text("{}")
    with progress.step("Deploying Cellflow (cdk deploy)"):
        deployment.deploy(logs, ROOT, app, outputs)
        keep()
        deployed_file().write_text(json.dumps({"app": app.name, "cdk": version}))


def start_emulator(log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as output:
        command = [sys.executable, "-m", "local.emulator"]
        root = Path(__file__).resolve().parents[1]
        environment = {**os.environ, "CELLFLOW_LOCAL_DIR": str(settings.local_dir())}
        return subprocess.Popen(
            command, cwd=root, env=environment, stdout=output, stderr=output, start_new_session=True
        )


def wait_healthy(name: str, process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if fetch_json(url) is not None:
            return
        if process.poll() is not None:
            raise Problem(f"The {name} ended at its start; {deployment.tail(log)}")
        time.sleep(0.1)
    raise Problem(f"The {name} did not answer within {START_SECONDS} s; {deployment.tail(log)}")


def deployed_file() -> Path:
    """It is there when a deployment has been whole."""
    return settings.data_dir() / "deployed"


def deployed() -> dict[str, str]:
    """Which `app` was deployed last, and by which version of the command `cdk`, as far as it is known."""
    try:
        known: dict[str, str] = json.loads(deployed_file().read_text())
        return known
    except (OSError, ValueError):
        return {}


def keep() -> None:
    """Let the emulator write all that a deployment changed."""
    with urllib.request.urlopen(f"{settings.endpoint()}/_cellflow/keep", b"", timeout=60):
        pass


def warm_functions() -> None:
    """Let the emulator start the functions' processes, while the console starts and a first file is looked for."""
    body = json.dumps({"prefix": "cellflow-"}).encode()
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"{settings.endpoint()}/_cellflow/warm", body, timeout=10),
    ):
        pass


def read_outputs(path: Path) -> dict[str, str]:
    """Outputs of all stacks, by name."""
    stacks = json.loads(path.read_text())
    return {name: value for outputs in stacks.values() for name, value in outputs.items()}


def write_description(
    started: dict[str, subprocess.Popen[bytes]], logs: dict[str, Path], outputs: dict[str, str]
) -> Description:
    description = {
        "endpoint": settings.endpoint(),
        "region": settings.REGION,
        "console": console.url(),
        "executions": console.executions_url(),
        "pids": {name: process.pid for name, process in started.items()},
        "outputs": outputs,
        "logs": {name: str(path) for name, path in logs.items()},
        "mailDir": str(settings.mail_dir()),
        "startedAt": datetime.now(timezone.utc).isoformat(timespec="seconds"),
    }
    save_description(description)
    return description


def save_description(description: Description) -> None:
    """Whole or not at all: others read it."""
    draft = description_file().with_suffix(".part")
    draft.write_text(json.dumps(description, indent=2) + "\n")
    draft.rename(description_file())


def stop_processes(description: Description) -> list[str]:
    """Stop those of the described processes that still are what was started; gives their names."""
    ours = {"emulator": "local.emulator", "console": "backend.main:app"}
    pids = {name: pid for name, pid in description["pids"].items() if ours[name] in processes.command_line(pid)}
    # The console first: it asks the emulator all the time.
    for name in sorted(pids):
        children = processes.descendants(pids[name])
        processes.stop([pids[name]], STOP_SECONDS)
        processes.stop(children, 3)
    return sorted(pids)


def down() -> int:
    description = described()
    if description is None:
        print("Cellflow is not up.")
        return 0
    stopped = stop_processes(description)
    description_file().unlink(missing_ok=True)
    print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing of Cellflow was running any more.")
    return 0


def reset() -> int:
    """Stop what runs, and forget all that it kept."""
    description = described()
    if description is not None:
        stop_processes(description)
        description_file().unlink(missing_ok=True)
    print("Forgotten." if forget() else "There was nothing to forget.")
    return 0


def forget() -> bool:
    """Take away what is of the edition's life so far; False where there was nothing."""
    found = [settings.local_dir() / name for name in LIFE if (settings.local_dir() / name).exists()]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return bool(found)


def status() -> int:
    description = described()
    if not running(description):
        print("Cellflow is not up. Start it with `make up`.")
        return 1
    print(f"Cellflow is up since {description['startedAt']}")
    for name in ("endpoint", "console", "mailDir"):
        print(f"  {name:9} {description[name]}")
    for name, value in sorted(description["outputs"].items()):
        print(f"  {name:20} {value}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.stack", description="The laptop edition of Cellflow.")
    parser.add_argument("action", choices=("up", "deploy", "down", "reset", "status"))
    action = parser.parse_args().action
    try:
        return {"up": up, "deploy": deploy, "down": down, "reset": reset, "status": status}[action]()
    except (Problem, deployment.DeploymentFailed, variables.UnusableVariable) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
