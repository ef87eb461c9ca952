"""Variables of the laptop edition that have rules: what they may hold, and what a person reads who sets another."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from support.emulation import ROOT

from local import processes, settings, variables

PORT = "a whole number from 1 to 65535"
RULES = {
    "CELLFLOW_PORT": PORT,
    "CELLFLOW_CONSOLE_PORT": PORT,
    "CELLFLOW_SMTP": "`host:port` with a port from 1 to 65535",
    "CELLFLOW_CONCURRENCY": "a whole number from 1",
    "SFN_WAIT_SCALE": "a number above 0",
    "ATHENA_ENGINE": "one of duckdb, trino",
    "CELLFLOW_ATHENA_MEMORY": "an amount of memory such as 2GB",
    "CELLFLOW_CONFIG": "an object of JSON",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RULES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("command", [("local.stack", "up"), ("local.emulator",)], ids=" ".join)
def test_what_breaks_a_rule_is_told_in_a_line_and_nothing_starts(
    command: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    folder = tmp_path / "edition"
    free = {port: str(processes.free_port(settings.HOST)) for port in ("CELLFLOW_PORT", "CELLFLOW_CONSOLE_PORT")}
    refused = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **free, "CELLFLOW_LOCAL_DIR": str(folder), name: "many"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    told = f"{name} is 'many', which is not {RULES[name]}: set it to one, or unset it.\n"
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", told)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "held"),
    [
        *[("CELLFLOW_PORT", held) for held in ("0", "-1", "65536", "4566.0", "http")],
        *[("CELLFLOW_SMTP", held) for held in ("mail", "mail:", "mail:0", "mail:65536", "mail:smtp")],
        *[("CELLFLOW_CONCURRENCY", held) for held in ("0", "-4", "2.5")],
        *[("SFN_WAIT_SCALE", held) for held in ("0", "-1", "nan", "inf", "0,25")],
        *[("CELLFLOW_ATHENA_MEMORY", held) for held in ("2", "GB", "-2GB", "2GB;", "80%")],
        *[("CELLFLOW_CONFIG", held) for held in ("{", "[]", "null")],
        *[("CELLFLOW_CONFIG", json.dumps({"settings": held})) for held in (None, [], "gps")],
    ],
)
def test_what_is_beyond_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, held: str) -> None:
    monkeypatch.setenv(name, held)
    with pytest.raises(
        variables.UnusableVariable, match=f"^{name} is {re.escape(repr(held))}, which is not {RULES[name]}"
    ):
        settings.check_variables()


def test_numbers_at_the_ends_of_the_rule_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, held in (("CELLFLOW_PORT", "1"), ("CELLFLOW_CONSOLE_PORT", "65535"), ("CELLFLOW_CONCURRENCY", "1")):
        monkeypatch.setenv(name, held)
    monkeypatch.setenv("SFN_WAIT_SCALE", "1e-3")
    assert (settings.port(), settings.console_port(), settings.concurrency()) == (1, 65_535, 1)
    assert settings.wait_scale() == 0.001


@pytest.mark.parametrize("held", ["2GB", "512MiB", "1.5 gb"])
def test_memory_is_told_as_duckdb_reads_it(monkeypatch: pytest.MonkeyPatch, held: str) -> None:
    monkeypatch.setenv("CELLFLOW_ATHENA_MEMORY", held)
    duckdb.connect(config={"memory_limit": settings.athena_memory()})


@pytest.mark.parametrize(
    ("held", "relay"),
    [("mail.example:25", ("mail.example", 25)), (":1025", (settings.HOST, 1025)), ("1025", (settings.HOST, 1025))],
)
def test_a_mail_server_without_a_host_is_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, held: str, relay: tuple[str, int]
) -> None:
    monkeypatch.setenv("CELLFLOW_SMTP", held)
    assert settings.smtp_relay() == relay


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def numbers() -> tuple[object, ...]:
        return (
            *(settings.port(), settings.console_port(), settings.smtp_relay()),
            *(settings.wait_scale(), settings.concurrency()),
        )

    unset = numbers()
    for name in RULES:
        monkeypatch.setenv(name, "")
    assert numbers() == unset
    assert unset[:4] == (4566, 4580, None, 0.25)
