"""What the documents promise is there: links lead somewhere, commands exist, each suite is explained."""

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = {"node_modules", ".venv", ".local", ".git", "cdk.out", "coverage", ".pytest_cache", ".ruff_cache"}
# It tells of what was, which may be gone by now.
HISTORY = "CHANGELOG.md"

FENCE = re.compile(r"^(?P<fence>```+|~~~+)[^\n]*\n(?P<code>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^()\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def documents() -> list[Path]:
    found: list[Path] = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in FOREIGN]
        found += [Path(folder, name) for name in files if name.endswith(".md")]
    return sorted(found)


def name_of(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


each_document = pytest.mark.parametrize("document", documents(), ids=name_of)


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def anchors(document: Path) -> set[str]:
    """Every anchor of a document; of headings with the same words the later ones are counted."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", document.read_text())):
        base = anchor = slug(heading)
        count = 0
        while anchor in found:
            count += 1
            anchor = f"{base}-{count}"
        found.add(anchor)
    return found


def links(text: str) -> list[str]:
    return LINK.findall(INLINE_CODE.sub("code", FENCE.sub("", text)))


def broken_links(document: Path) -> Iterator[str]:
    for link in links(document.read_text()):
        address = urlsplit(link)
        if address.scheme or address.netloc:
            continue
        path = unquote(address.path)
        target = (ROOT / path.lstrip("/") if path.startswith("/") else document.parent / path) if path else document
        if not target.exists():
            yield f"{link}: there is no such file"
        elif address.fragment and target.suffix == ".md" and unquote(address.fragment) not in anchors(target):
            yield f"{link}: there is no such heading"


def code(text: str) -> list[str]:
    """Code of a document: each inline piece, each line of a block without its comment."""
    blocks = [line.split(" #")[0] for found in FENCE.finditer(text) for line in found["code"].splitlines()]
    return blocks + [found[2] for found in INLINE_CODE.finditer(FENCE.sub("", text))]


def named(pattern: str, text: str) -> set[str]:
    return {name for piece in code(text) for name in re.findall(pattern, piece)}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def cellflow_commands() -> set[str]:
    return set(re.findall(r"\.command\('([a-z-]+)", (ROOT / "cli" / "main.ts").read_text()))


def npm_scripts() -> set[str]:
    return set(json.loads((ROOT / "package.json").read_text())["scripts"])


def suites() -> list[str]:
    """Names of the suites of `test/run.py`, read from its text: running it is not needed to know them."""
    tree = ast.parse((ROOT / "test" / "run.py").read_text())
    long, short = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) in ("LONG", "SHORT")
        and isinstance(node.value, ast.List)
    )
    return [
        word
        for call in (*long.elts, *short.elts)
        if isinstance(call, ast.Call)
        for word in (ast.literal_eval(argument) for argument in call.args if isinstance(argument, ast.Constant))
        if not word.startswith("-") and word not in ("not trino", "not s3a", "not tlc")
    ]


def test_the_documents_are_found() -> None:
    wanted = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/design.md", "docs/contracts.md"}
    assert wanted <= {name_of(document) for document in documents()}


@each_document
def test_links_lead_to_files_and_headings(document: Path) -> None:
    assert list(broken_links(document)) == []


# The changelog tells of what was.
@pytest.mark.parametrize("document", [one for one in documents() if name_of(one) != HISTORY], ids=name_of)
def test_commands_exist(document: Path) -> None:
    text = document.read_text()

    assert named(r"(?:^|[\s;&|$(])make (?:-\S+ )*([a-z][\w-]*)", text) - make_targets() == set()
    assert named(r"(?:^|[\s;&|$(])cellflow ([a-z][a-z-]*)", text) - cellflow_commands() == set()
    assert named(r"npm run (?:-\S+ )*([a-z][\w-]*)", text) - npm_scripts() == set()


def listed_by_jest(arguments: list[str]) -> list[str]:
    command = [str(ROOT / "node_modules" / ".bin" / "jest"), *arguments, "--listTests"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True).stdout
    return [Path(line).relative_to(ROOT).as_posix() for line in listed.splitlines() if line.startswith("/")]


# Of several arguments after `--selectProjects` Jest takes each for a project, and then runs all there is.
@each_document
def test_a_command_of_jest_for_a_part_of_the_tests_runs_that_part(document: Path) -> None:
    for command in (piece.split() for piece in code(document.read_text()) if piece.startswith("npx jest ")):
        paths = [word for word in command if "/" in word]
        tests = listed_by_jest(command[2:]) if paths else []
        assert [test for test in tests if not any(path in test for path in paths)] == []
        assert bool(tests) == bool(paths)


def test_the_guide_explains_each_suite() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text()

    assert len(suites()) > 5
    assert [suite for suite in suites() if f"`{suite}`" not in guide] == []


# The checks themselves.


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# A heading: `code`, and *more*\n\n## Twice\n\n## Twice\n")
    page = tmp_path / "page.md"
    page.write_text(
        "[a](there.md#a-heading-code-and-more) [b](there.md#twice-1) [c](#here) [d](https://example.com/gone)\n"
        "![e](gone.svg) [f](there.md#twice-2) [`g`](gone.md) `[h](none.md)`\n\n# Here\n\n```md\n[i](none.md)\n```\n"
    )

    assert [problem.split(":")[0] for problem in broken_links(page)] == ["gone.svg", "there.md#twice-2", "gone.md"]


def test_commands_are_read_from_code_alone() -> None:
    text = "make sure; `make demo FILE=x` and\n\n```sh\nA=1 make up # make tea\nnpx cellflow list\n```\n"

    assert named(r"(?:^|[\s;&|$(])make (?:-\S+ )*([a-z][\w-]*)", text) == {"demo", "up"}
    assert named(r"(?:^|[\s;&|$(])cellflow ([a-z][a-z-]*)", text) == {"list"}
    assert {"up", "down", "demo", "test"} <= make_targets()
    assert {"upload", "retry", "withdraw"} <= cellflow_commands()


PROMISES = ROOT / "docs" / "promises.md"
PROMISE = re.compile(r'^\| "(?P<words>.+)" \| (?P<document>\S+) \| (?P<checks>.+) \|$', re.MULTILINE)


def words_of(text: str) -> str:
    """A text as it is read: without marks, in one line."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").replace("*", "")
    return " ".join(plain.split())


@pytest.mark.parametrize("promise", list(PROMISE.finditer(PROMISES.read_text())), ids=lambda found: found["words"][:40])
def test_a_promise_stands_where_it_is_said_to_and_has_its_checks(promise: re.Match[str]) -> None:
    assert words_of(promise["words"]) in words_of((ROOT / promise["document"]).read_text())
    targets = make_targets()
    for check in re.findall(r"`([^`]+)`", promise["checks"]):
        if check.startswith("make "):
            assert check.removeprefix("make ") in targets, check
        else:
            assert (ROOT / check).is_file(), check


def test_every_line_of_the_promises_is_one() -> None:
    rows = [line for line in PROMISES.read_text().splitlines() if line.startswith('| "')]
    assert len(PROMISE.findall(PROMISES.read_text())) == len(rows) > 10
