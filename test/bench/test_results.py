"""What is kept of a run, and what is written from it."""

from pathlib import Path

import pytest

from bench import documents, results, table
from bench.burst import files_named
from local.metering.requests import caller, s3_request

ROOT = Path(__file__).resolve().parents[2]
HERE = {"cpu": "one", "cores": 2}


def test_a_bench_takes_the_place_of_its_last_run_alone(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results.keep("full", HERE, "mail", {"figures": {"seconds": 1}}, file)
    results.keep("full", HERE, "burst", {"figures": {"seconds": 2}}, file)
    results.keep("quick", HERE, "mail", {"figures": {"seconds": 3}}, file)
    results.keep("full", HERE, "mail", {"figures": {"seconds": 4}}, file)
    benches = results.read(file)["full"]["benches"]
    assert {name: bench["figures"]["seconds"] for name, bench in benches.items()} == {"mail": 4, "burst": 2}
    assert results.read(file)["quick"]["benches"]["mail"]["figures"] == {"seconds": 3}


def test_figures_of_two_machines_do_not_stand_side_by_side(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    results.keep("full", HERE, "mail", {"figures": {}}, file)
    results.keep("full", {**HERE, "cores": 8}, "burst", {"figures": {}}, file)
    assert list(results.read(file)["full"]["benches"]) == ["burst"]


def test_numbers_are_kept_with_four_digits() -> None:
    assert results.rounded({"a": [1.23456, 123_456], "b": None}) == {"a": [1.235, 123_456], "b": None}


@pytest.mark.parametrize("name", [documents.COST, documents.README])
def test_a_document_is_what_the_results_give(name: Path) -> None:
    assert (ROOT / name).read_text() == documents.documents()[name], "run `.venv/bin/python -m bench.documents`"


def test_results_name_no_place_of_a_machine() -> None:
    text = results.FILE.read_text()
    assert not [word for word in ("/home", "/root", "/tmp", "/work", "/Users", "hostname") if word in text]


def test_the_part_of_a_document_needs_its_marks() -> None:
    assert documents.replaced("a <!-- cost -->old<!-- /cost --> b", "new") == "a new b"
    with pytest.raises(LookupError):
        documents.replaced("a <!-- cost --> b", "new")


def test_tables_align_and_tell_what_was_not_measured() -> None:
    assert table.plain(["", "s"], [["one", table.number(1.234)], ["two", table.number(None)]]).splitlines() == [
        "        s",
        "---------",
        "one  1.23",
        "two     -",
    ]
    assert table.markdown(["a", "b"], [["c", "d"]]) == "| a | b |\n| --- | --: |\n| c | d |"


def test_a_mail_names_the_files_of_its_round() -> None:
    assert files_named("burst-0001.csv: 1,000 rows\nburst-0002.csv: 1,000 rows\nburst-1.csv") == {
        "burst-0001.csv",
        "burst-0002.csv",
    }


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "kind"),
    [
        ("PUT", "/b/k", {}, {}, "PUT"),
        ("PUT", "/b/k", {}, {"x-amz-copy-source": "b/o"}, "COPY"),
        ("GET", "/b/k", {}, {}, "GET"),
        ("GET", "/b", {"list-type": ["2"]}, {}, "LIST"),
        ("GET", "/b/", {"location": [""]}, {}, "GET"),
        ("POST", "/b", {"delete": [""]}, {}, "DELETE"),
        ("POST", "/b/k", {"uploads": [""]}, {}, "POST"),
    ],
)
def test_a_request_is_told_by_what_it_is_billed_as(
    method: str, path: str, query: dict[str, list[str]], headers: dict[str, str], kind: str
) -> None:
    assert s3_request(method, path, query, headers) == kind


def test_what_a_test_asks_itself_is_not_counted() -> None:
    assert caller({"user-agent": "Boto3/1.43 app/tester"}) is None
    assert caller({"user-agent": "Boto3/1.43 md/Botocore"}) == "job"
    assert caller({"user-agent": "aws-sdk-js/3.1 app/x"}) == "functions"
