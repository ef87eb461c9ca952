"""The checks before a commit, in a small repository with the tools and settings of this one."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BORROWED = (
    ".githooks/pre-commit",
    ".gitignore",
    "Makefile",
    "biome.json",
    "pyproject.toml",
    "tsconfig.json",
    "test/pre_commit.py",
)
GOOD = {
    "core/sum.ts": "const sum = (one: number, other: number): number => one + other;\n\nexport { sum };\n",
    "contract/__init__.py": '"""A contract."""\n',
    "glue/total.py": '"""A total."""\n\n\ndef total(values: list[int]) -> int:\n    return sum(values)\n',
    "local/__init__.py": '"""A laptop."""\n',
    "spec/__init__.py": '"""A model."""\n',
    "test/traces/__init__.py": '"""A checker."""\n',
    "README.md": "# A small repository\n",
}


class Repository:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@cellflow.example"]
        # Hooks of whoever runs the tests are not those that are tested.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return subprocess.run(
            ["git", *identity, *arguments], cwd=self.folder, env=environment, capture_output=True, text=True
        )

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text)

    def commit(self, name: str, text: str) -> subprocess.CompletedProcess[str]:
        self.write(name, text)
        self.git("add", "--all")
        return self.git("commit", "--message", "change")

    def commits(self) -> int:
        return len(self.git("log", "--oneline").stdout.splitlines())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    repository = Repository(tmp_path_factory.mktemp("repository"))
    for name in BORROWED:
        (repository.folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, repository.folder / name)
    for name, text in GOOD.items():
        repository.write(name, text)
    repository.git("init", "--quiet")
    subprocess.run(["make", "--silent", "hooks"], cwd=repository.folder, check=True)
    for tools in ("node_modules", ".venv"):
        (repository.folder / tools).symlink_to((ROOT / tools).resolve())
    # `node_modules/` names a folder, and these are links.
    repository.write(".git/info/exclude", "node_modules\n.venv\n")
    repository.git("add", "--all")
    repository.git("commit", "--no-verify", "--message", "first")
    assert repository.commits() == 1
    return repository.folder


@pytest.fixture
def repository(base: Path, tmp_path: Path) -> Repository:
    shutil.copytree(base, tmp_path / "repository", symlinks=True)
    return Repository(tmp_path / "repository")


def test_what_is_in_order_is_committed_in_seconds(repository: Repository) -> None:
    started = time.monotonic()
    repository.write("glue/total.py", GOOD["glue/total.py"].replace("total(", "whole("))

    done = repository.commit("core/sum.ts", GOOD["core/sum.ts"].replace("sum", "add"))

    assert (done.returncode, repository.commits()) == (0, 2), done.stderr
    assert "biome, tsc, ruff check, ruff format, mypy: passed" in done.stderr
    # A busy machine is not what is tested: here it takes two.
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("name", "text", "check", "says"),
    [
        ("core/sum.ts", 'export const sum = "a"', "biome", "core/sum.ts"),
        ("core/sum.ts", "export const sum: number = 'a';\n", "tsc", "core/sum.ts"),
        ("machine.yaml", "a:   'b'\n", "biome", "machine.yaml"),
        ("biome.json", '{ "formatter":\n{} }\n', "biome", "biome.json"),
        ("glue/total.py", "x = {  'a':1 }\n", "ruff format", "glue/total.py"),
        ("glue/total.py", "import os\n", "ruff check", "glue/total.py"),
        ("glue/total.py", '"""A total."""\n\ntotal: int = "a"\n', "mypy", "glue/total.py"),
    ],
    ids=[
        "format of TypeScript",
        "types of TypeScript",
        "format of YAML",
        "format of JSON",
        "format of Python",
        "lint",
        "types of Python",
    ],
)
def test_what_is_not_is_refused(repository: Repository, name: str, text: str, check: str, says: str) -> None:
    done = repository.commit(name, text)

    assert (done.returncode, repository.commits()) == (1, 1), done.stderr
    assert f"{check}:\n" in done.stderr and says in done.stderr
    assert "make format" in done.stderr


def test_what_is_staged_counts_and_not_the_working_copy(repository: Repository) -> None:
    bad = "export const sum = 'a'"
    repository.write("core/sum.ts", bad)
    repository.git("add", "--all")
    repository.write("core/sum.ts", GOOD["core/sum.ts"])
    assert repository.git("commit", "--message", "bad is staged").returncode == 1

    repository.write("core/sum.ts", GOOD["core/sum.ts"].replace("sum", "add"))
    repository.git("add", "--all")
    repository.write("core/sum.ts", bad)
    assert repository.git("commit", "--message", "good is staged").returncode == 0
    assert (repository.folder / "core/sum.ts").read_text() == bad


def test_only_what_is_committed_of_several_files_counts(repository: Repository) -> None:
    repository.write("glue/total.py", "x = {  'a':1 }\n")
    repository.write("core/sum.ts", GOOD["core/sum.ts"].replace("sum", "add"))

    assert repository.git("commit", "--message", "one file", "core/sum.ts").returncode == 0


def test_a_document_alone_needs_no_check(repository: Repository) -> None:
    done = repository.commit("README.md", "# Another\n")

    assert (done.returncode, done.stderr) == (0, "")
