"""The app is synthesized once for each content of the tree and each configuration."""

import os
from pathlib import Path

import pytest

from local import assembly

GIVEN = ["account", "config"]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CELLFLOW_CACHE_DIR", str(tmp_path / "cache"))
    tree = tmp_path / "tree"
    for name in ("infra/app.ts", "sql/report.sql", "test/some.test.ts", ".local/log", "cdk.json"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(name)
    return tree


class Synthesis:
    """What is made, and how often."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, folder: Path) -> None:
        self.runs += 1
        folder.mkdir()
        (folder / "manifest.json").write_text(str(self.runs))


def test_what_was_synthesized_is_found_again(tree: Path) -> None:
    synthesis = Synthesis()
    first = assembly.find(tree, GIVEN, synthesis)
    assert (first / "manifest.json").read_text() == "1"
    assert assembly.find(tree, GIVEN, synthesis) == first
    assert synthesis.runs == 1


@pytest.mark.parametrize("name", ["infra/app.ts", "sql/report.sql", "cdk.json", "sql/new.sql", "new-folder/new.json"])
def test_a_change_of_the_tree_is_another_app(tree: Path, name: str) -> None:
    before = assembly.key_of(tree, GIVEN)
    (tree / name).parent.mkdir(exist_ok=True)
    (tree / name).write_text("changed")
    assert assembly.key_of(tree, GIVEN) != before


def test_a_removed_or_moved_file_is_another_app(tree: Path) -> None:
    keys = [assembly.key_of(tree, GIVEN)]
    (tree / "sql" / "report.sql").rename(tree / "sql" / "other.sql")
    keys.append(assembly.key_of(tree, GIVEN))
    (tree / "sql" / "other.sql").unlink()
    keys.append(assembly.key_of(tree, GIVEN))
    assert len(set(keys)) == 3


def test_another_configuration_is_another_app(tree: Path) -> None:
    assert assembly.key_of(tree, GIVEN) != assembly.key_of(tree, ["account", "another config"])


def test_what_the_app_does_not_read_does_not_count(tree: Path) -> None:
    before = assembly.key_of(tree, GIVEN)
    for name in ("test/some.test.ts", ".local/log", "infra/__pycache__/x.pyc"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text("changed")
    assert assembly.key_of(tree, GIVEN) == before


def test_a_large_file_counts_by_its_size_and_time(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "LARGE_BYTES", 10)
    before = assembly.key_of(tree, GIVEN)
    os.utime(tree / "sql" / "report.sql", (1, 1))
    assert assembly.key_of(tree, GIVEN) != before


def test_a_synthesis_that_fails_leaves_nothing(tree: Path) -> None:
    def fails(folder: Path) -> None:
        folder.mkdir()
        (folder / "manifest.json").write_text("half")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        assembly.find(tree, GIVEN, fails)
    synthesis = Synthesis()
    assert (assembly.find(tree, GIVEN, synthesis) / "manifest.json").read_text() == "1"


def test_those_used_last_are_kept(tree: Path) -> None:
    places = [assembly.find(tree, [str(n)], Synthesis()) for n in range(assembly.MOST_KEPT)]
    for second, place in enumerate(places):
        os.utime(place, (second, second))
    assembly.find(tree, ["0"], Synthesis())
    newest = assembly.find(tree, ["new"], Synthesis())
    assert [place.exists() for place in places] == [True, False, *[True] * (assembly.MOST_KEPT - 2)]
    assert newest.exists()
