"""The laptop edition that the end-to-end and fault tests share."""

import json
import shutil
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from support.failures import failed_executions
from support.laptop import ROOT, Laptop
from support.reading.troubles import NOTICE_MS
from traces.item import TraceOfSession

from local import processes, settings

# Short waits, so that what a test waits for comes soon, and time for Spark to start on a busy machine; links that live
# otherwise than by default. Else it is as deployed.
CONFIG = {
    "settings": {
        "landingGraceSeconds": 3,
        "stallSeconds": 240,
        "maxPollSeconds": 2,
        "chunkBytes": 100_000,
        "visibilityNoticeMs": NOTICE_MS,
        "mergeFrom": 8,
        "linkDays": 3,
    },
    "job": {"idleStopSeconds": 600},
    # The same for all editions, whose consoles have ports of their own: they share what was synthesized.
    "consoleUrl": "http://127.0.0.1:4500/executions",
}

# Where rows are looked at, or a page as a whole: each report is a query an upload, of many uploads.
FEW_REPORTS = ("signal-through-the-day", "activity-and-movement", "signal-map", "days-at-a-glance")

# Calls that the fault tests let go wrong.
struck: list[int] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--edition", default="test", help="name of the laptop edition's folder: sessions at once need two")


def folder_of(config: pytest.Config) -> Path:
    return ROOT / ".local" / "editions" / config.getoption("--edition")


@pytest.fixture(scope="session")
def laptop(pytestconfig: pytest.Config) -> Iterator[Laptop]:
    folder = folder_of(pytestconfig)
    shutil.rmtree(folder, ignore_errors=True)
    port, console = processes.free_port(settings.HOST), processes.free_port(settings.HOST)
    # Whoever lacks a right fails here, as on AWS; what takes effect is written down, and judged at the end.
    variables = {"CELLFLOW_FAULTS": "1", "CELLFLOW_IAM": "1", "CELLFLOW_TRACE": "1"}
    edition = Laptop(folder, port, console, {**variables, "CELLFLOW_CONFIG": json.dumps(CONFIG)})
    edition.up()
    try:
        yield edition
        # Also what code swallows, or tries again until it may.
        assert edition.denied() == []
    finally:
        struck.append(edition.struck)
        try:
            for name, route in (("rights", "rights"), ("unused-rights", "rights/unused")):
                (folder / f"{name}.json").write_text(json.dumps(edition.control("GET", route), indent=1))
        finally:
            edition.down()


@pytest.fixture(scope="session")
def few_reports(laptop: Laptop) -> None:
    """From here to the end of the session as after a deployment that has a few of the reports."""
    functions = laptop.client("lambda")
    function = "cellflow-list-reports"
    variables = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    assert set(FEW_REPORTS) < set(variables["DEPLOYED_REPORTS"].split(","))
    functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": {**variables, "DEPLOYED_REPORTS": ",".join(FEW_REPORTS)}}
    )
    identifiers = laptop.athena.list_named_queries(WorkGroup=laptop.outputs["WorkgroupName"])["NamedQueryIds"]
    for query in laptop.athena.batch_get_named_query(NamedQueryIds=identifiers)["NamedQueries"]:
        if query["Name"] not in FEW_REPORTS:
            laptop.athena.delete_named_query(NamedQueryId=query["NamedQueryId"])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests for which a few reports do come after those that look at all of them.

    Where tests share the laptop edition, the last one judges all that took effect in it.
    """
    items.sort(key=lambda item: "few_reports" in getattr(item, "fixturenames", ()))
    if any("laptop" in getattr(item, "fixturenames", ()) for item in items):
        trace = folder_of(config) / "trace.jsonl"
        items.append(TraceOfSession.from_parent(session, name="the trace of the session", trace=trace))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that failed tells which executions did."""
    report = yield
    if report.failed:
        for edition in Laptop.running:
            try:
                told = failed_executions(edition, datetime.fromtimestamp(call.start, UTC))
            except (BotoCoreError, ClientError, OSError) as error:
                told = f"not known: {error}"
            if told:
                report.sections.append(("executions that failed meanwhile", told))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for calls in struck:
        terminalreporter.write_line(f"{calls} calls went wrong by order")
    for judged in TraceOfSession.judged:
        terminalreporter.write_line(judged)


@pytest.fixture(scope="session")
def sample() -> Path:
    return ROOT / "samples" / "two-days.csv"
