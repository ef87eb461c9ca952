"""Each action of the model names the code that it stands for, and that code is there."""

import re
from pathlib import Path

import pytest

from spec.tlc import MODULES

ROOT = Path(__file__).resolve().parents[2]
MODULE_FILES = sorted(MODULES.glob("*.tla"))

# `core/lake/visibility.ts enlist, makeVisible`: a file, and functions of it.
NAMED = re.compile(r"\b((?:[\w-]+/)+[\w.-]+\.(?:ts|py))(?:\s+(\w+(?:,\s+\w+)*(?![\w/-]))(?=\s*(?:[.,;:]|\*\)|\n|$)))?")
COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)
# What functions are told by in TypeScript and Python.
DEFINED = r"(?:(?:const|function|class|type|interface|def)\s+{name}\b|^  {name}[(:])"


def named_code(text: str) -> list[tuple[str, str]]:
    """Files and functions that comments name; an empty function where only the file is named."""
    found = []
    for comment in COMMENT.findall(joined(text)):
        for file, functions in NAMED.findall(comment):
            found += [(file, function.strip()) for function in functions.split(",")]
    return found


def joined(text: str) -> str:
    """Boxed lines of comments, which end in `*)` and go on in the next, as one comment."""
    return re.sub(r"\s*\*\)\n\s*\(\*\s*", " ", text)


def is_there(file: str, function: str) -> bool:
    path = ROOT / file
    if not path.exists():
        return False
    return not function or re.search(DEFINED.format(name=function), path.read_text(), re.MULTILINE) is not None


@pytest.mark.parametrize("module", MODULE_FILES, ids=lambda module: module.name)
def test_named_code_is_there(module: Path) -> None:
    named = named_code(module.read_text())

    assert len(named) > 4
    assert [f"{file} {function}" for file, function in named if not is_there(file, function)] == []


def test_names_are_read_from_comments() -> None:
    text = (
        "(* Seal upload. core/lake/sealing.ts seal, place *)\nA == x\n(* Looks at leisure.  *)\n"
        "(* glue/cellflow/ledger.py commit. And more     *)\n(* functions/check-landing.ts *)\nB == core/lake/none.ts\n"
    )

    assert named_code(text) == [
        ("core/lake/sealing.ts", "seal"),
        ("core/lake/sealing.ts", "place"),
        ("glue/cellflow/ledger.py", "commit"),
        ("functions/check-landing.ts", ""),
    ]


@pytest.mark.parametrize(
    ("file", "function", "there"),
    [
        ("core/lake/sealing.ts", "seal", True),
        ("core/lake/sealing.ts", "sea", False),
        ("core/lake/none.ts", "seal", False),
        ("glue/cellflow/ledger.py", "commit", True),
        ("glue/cellflow/ledger.py", "", True),
    ],
)
def test_code_is_looked_for(file: str, function: str, there: bool) -> None:
    assert is_there(file, function) is there
