"""Which browser `make test` brings."""

import pytest

from local import setup


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Packages that were installed; this machine has none of the browsers, and Debian has all."""
    packages: list[str] = []
    monkeypatch.setattr(setup, "install_debian", lambda package, _: packages.append(package))
    monkeypatch.setattr(setup, "may_install", lambda: True)
    has(monkeypatch)
    return packages


def has(monkeypatch: pytest.MonkeyPatch, *browsers: str) -> None:
    monkeypatch.setattr(setup.shutil, "which", lambda name: f"/usr/bin/{name}" if name in browsers else None)


def refuse(monkeypatch: pytest.MonkeyPatch, *refused: str) -> list[str]:
    """Packages that were asked for, where some cannot be had."""
    asked: list[str] = []

    def install(package: str, _: str) -> None:
        asked.append(package)
        if package in refused:
            raise setup.SetupError(f"no {package}")

    monkeypatch.setattr(setup, "install_debian", install)
    return asked


@pytest.mark.parametrize("others", [(), ("chromium",), ("google-chrome",)])
def test_the_one_without_a_screen_is_brought(
    installed: list[str], monkeypatch: pytest.MonkeyPatch, others: tuple[str, ...]
) -> None:
    has(monkeypatch, *others)
    setup.bring_browser()
    assert installed == ["chromium-headless-shell"]


def test_nothing_is_brought_where_it_is_there(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    has(monkeypatch, "chromium-headless-shell")
    setup.bring_browser()
    assert installed == []


def test_another_will_do_for_who_may_not_install(installed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "may_install", lambda: False)
    has(monkeypatch, "google-chrome")
    setup.bring_browser()
    assert installed == []


@pytest.mark.usefixtures("installed")
def test_another_will_do_where_there_is_no_such_package(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = refuse(monkeypatch, "chromium-headless-shell")
    has(monkeypatch, "chromium")
    setup.bring_browser()
    assert asked == ["chromium-headless-shell"]


@pytest.mark.usefixtures("installed")
def test_the_common_one_is_brought_where_there_is_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = refuse(monkeypatch, "chromium-headless-shell")
    setup.bring_browser()
    assert asked == ["chromium-headless-shell", "chromium"]


@pytest.mark.usefixtures("installed")
def test_who_has_none_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, "chromium-headless-shell", "chromium")
    with pytest.raises(setup.SetupError, match="no chromium"):
        setup.bring_browser()
