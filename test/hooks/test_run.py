"""The sum of all suites names each check that failed: what a suite printed of it may be thousands of lines above."""

import subprocess
from pathlib import Path

import pytest
import run

BROKEN = "throw new Error('not even begun');\n"
JEST = "test('counts', () => undefined);\ndescribe('a rule', () => test('fails', () => expect(1).toBe(2)));\n"
PYTEST = "def test_counts():\n    pass\n\n\ndef test_fails():\n    assert 1 == 2\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run, "RESULTS", tmp_path)
    return tmp_path


def test_names_failed_checks_of_jest(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "package.json").write_text("{}")
    (here / "rule.test.js").write_text(JEST)
    (here / "broken.test.js").write_text(BROKEN)
    report = f"--outputFile={here / 'unit.json'}"
    code = subprocess.run([str(run.BIN / "jest"), "--rootDir", str(here), "--json", report], cwd=here).returncode
    monkeypatch.setattr(run, "ROOT", here)
    count = run.jest("unit").count(code)
    assert (count.passed, count.failed) == (1, 2)
    broken, fails = sorted(count.failing)
    assert broken.startswith("broken.test.js: could not be run: ") and "not even begun" in broken
    assert fails.startswith("rule.test.js: a rule fails: ") and "Expected: 2 | Received: 1" in fails


def test_names_failed_checks_of_pytest(here: Path) -> None:
    (here / "test_rule.py").write_text(PYTEST)
    count = run.run(run.pytest(str(here / "test_rule.py"), "--rootdir", str(here), "-c", "/dev/null", name="planted"))
    assert (count.passed, count.failed) == (1, 1)
    assert count.failing == ["test_rule.py: test_fails: assert 1 == 2"]


def test_names_a_suite_that_leaves_no_result(here: Path) -> None:
    count = run.run(run.Suite("gone", ["false"], lambda _: run.Count(0, 1)))
    assert count.failing == ["gone"]
