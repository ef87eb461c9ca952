"""Finds a Java on which Spark 4.1 runs: 17 or 21."""

import os
import re
import shutil
import subprocess
from pathlib import Path

SUPPORTED = (17, 21)
PLACES = ("/usr/lib/jvm", "/Library/Java/JavaVirtualMachines", "/opt")


def find_java() -> Path | None:
    """The home of a supported Java: `JAVA_HOME`, the one on the path, or one installed beside it."""
    homes = [Path(home) for home in [os.environ.get("JAVA_HOME")] if home]
    on_path = shutil.which("java")
    if on_path:
        homes.append(Path(on_path).resolve().parent.parent)
    for place in map(Path, PLACES):
        if place.is_dir():
            homes += sorted(place.iterdir()) + sorted(place.glob("*/Contents/Home"))
    return next((home for home in homes if java_version(home) in SUPPORTED), None)


def java_version(home: Path) -> int | None:
    """The major version of the Java at `home`, or None where there is none that runs."""
    java = home / "bin" / "java"
    if not java.exists():
        return None
    try:
        done = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', done.stderr)
    return int(found.group(1)) if found else None
