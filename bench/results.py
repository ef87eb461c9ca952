"""`results.json`: what the last full run and the last quick one found, with the machine that ran them."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent / "results.json"
# Beyond it, digits of a measurement say nothing.
DIGITS = 4


def read(file: Path = FILE) -> dict[str, Any]:
    """All that is kept; nothing where there is no file yet."""
    try:
        found: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    return found


def keep(section: str, machine: dict[str, Any], name: str, found: dict[str, Any], file: Path = FILE) -> None:
    """Put what a bench found in the place of what it found before.

    What another machine measured goes: figures of two machines side by side would be compared.
    """
    kept = read(file)
    before = kept.get(section, {})
    benches = before.get("benches", {}) if before.get("machine") == machine else {}
    kept[section] = {"machine": machine, "benches": {**benches, name: rounded(found)}}
    file.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")


def rounded(value: Any) -> Any:
    """Numbers with four digits that count; whole ones as they are."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list | tuple) else value


def figures(name: str, section: str = "full", file: Path = FILE) -> dict[str, Any] | None:
    """What a bench found in the last full run; None where it has not run."""
    found: dict[str, Any] | None = read(file).get(section, {}).get("benches", {}).get(name, {}).get("figures")
    return found
