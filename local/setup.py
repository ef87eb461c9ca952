"""Sets up a fresh clone: Python packages in .venv, Node packages in node_modules, and a Java that Spark runs on.

Runs on the standard library alone, before anything is installed. What is already in place is not done again.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from local.java import find_java  # noqa: E402

INSTALL_SECONDS = 900
# The first is Chromium without what a person sees of it, and does the same in half of a processor's time.
HEADLESS = "chromium-headless-shell"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="also bring Chromium, for the tests of the report page")
    arguments = parser.parse_args()
    try:
        require_versions()
        install_python_packages()
        install_node_packages()
        if find_java() is None:
            install_debian("openjdk-17-jre-headless", "Java 17 or 21, on which Spark runs")
        if arguments.browser:
            bring_browser()
    except SetupError as error:
        sys.exit(f"setup: {error}")


class SetupError(Exception):
    """What is missing on this machine, and what brings it."""


def require_versions() -> None:
    if sys.version_info < (3, 10):  # noqa: UP036 - who runs it has yet to learn what is needed
        raise SetupError(f"Python 3.10 or later is needed, this is {sys.version.split()[0]}.")
    node = shutil.which("node")
    if node is None:
        raise SetupError("Node 20 or later is needed: install it and try again.")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < 20:
        raise SetupError(f"Node 20 or later is needed, this is {version}.")


def install_python_packages() -> None:
    requirements = ROOT / "requirements.txt"
    environment = ROOT / ".venv"
    stamp = environment / "requirements.sha256"
    if is_current(stamp, requirements):
        return
    say("Python packages into .venv (about a minute)")
    if not (environment / "bin" / "python").exists():
        venv.create(environment, with_pip=True)
    run([environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--requirement", requirements])
    write_stamp(stamp, requirements)


def install_node_packages() -> None:
    lock = ROOT / "package-lock.json"
    stamp = ROOT / "node_modules" / ".package-lock.sha256"
    if is_current(stamp, lock):
        return
    say("Node packages into node_modules (about half a minute)")
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"])
    write_stamp(stamp, lock)


def bring_browser() -> None:
    """Bring the headless Chromium where that can be; else any of its kind will do."""
    if shutil.which(HEADLESS):
        return
    has_other = any(shutil.which(name) for name in CHROMIUM)
    try:
        if may_install():
            install_debian(HEADLESS, "Chromium without a screen, in which the report page is tested")
            return
    except SetupError:
        # Debian has it, Ubuntu has not.
        pass
    if not has_other:
        install_debian("chromium", "Chromium, in which the report page is tested")


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_debian(package: str, what: str) -> None:
    command = f"apt-get update && apt-get install -y --no-install-recommends {package}"
    if not may_install():
        raise SetupError(f"{what}, is missing. On Debian or Ubuntu: sudo sh -c '{command}'")
    say(f"{what} ({package})")
    run(["sh", "-c", f"export DEBIAN_FRONTEND=noninteractive; {command}"])


def run(command: list[str | Path]) -> None:
    done = subprocess.run(
        command, cwd=ROOT, timeout=INSTALL_SECONDS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        raise SetupError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-4000:]}")


def say(what: str) -> None:
    print(f"setup: {what}", flush=True)


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def is_current(stamp: Path, source: Path) -> bool:
    return stamp.exists() and stamp.read_text() == digest(source)


def write_stamp(stamp: Path, source: Path) -> None:
    stamp.write_text(digest(source))


if __name__ == "__main__":
    main()
