"""A file that cannot be reported on fails its execution with a reason to act on, and publishes nothing."""

import json

import pytest
from support.files import HEADER, clean_csv
from support.lake import assert_absent
from support.laptop import Laptop, until

pytestmark = pytest.mark.usefixtures("few_reports")

GOOD = clean_csv(50, seed=9)


def without(column: str) -> bytes:
    index = HEADER.split(",").index(column)
    lines = [line.split(",") for line in GOOD.decode().splitlines()]
    return "\n".join(",".join(cell for i, cell in enumerate(line) if i != index) for line in lines).encode()


def spoiled(share: float) -> bytes:
    header, *rows = GOOD.decode().splitlines()
    bad = int(len(rows) * share)
    return "\n".join([header, *(row.replace(":", "-", 2) for row in rows[:bad]), *rows[bad:]]).encode()


@pytest.mark.parametrize(
    ("name", "body", "error", "words"),
    [
        ("empty", b"", "EmptyUpload", ["empty"]),
        ("header-only", HEADER.encode() + b"\n", "EmptyUpload", []),
        ("missing-column", without("lat"), "MissingColumns", ["lat"]),
        ("noise", bytes(range(256)) * 40, "UnreadableUpload", []),
        ("too-many-bad-rows", spoiled(0.4), "TooManyInvalidRows", ["hour", "line"]),
        ("no-valid-row", spoiled(1), "NoValidRows", ["hour"]),
    ],
)
def test_a_bad_file_says_why(laptop: Laptop, name: str, body: bytes, error: str, words: list[str]) -> None:
    key = f"bad/{name}.csv"
    upload = laptop.put(body, key)

    def ended():
        found = laptop.executions_for(key)
        return found[0] if found and found[0]["status"] != "RUNNING" else None

    execution = until(f"the execution of {key} to end", ended, 60)

    assert execution["status"] == "FAILED"
    assert execution["error"] == error
    reason = json.loads(execution["cause"])["errorMessage"]
    for word in [*words, key]:
        assert word.lower() in reason.lower()
    assert "Publish chunks" not in laptop.states_entered(execution["executionArn"])
    assert_absent(laptop, [upload])
    mail = laptop.mail_that_names(key, "corrected file")
    assert len(mail["subject"]) < 100
