"""Plays a simulation as its users do."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 600


def play(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", "--import", "tsx", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
