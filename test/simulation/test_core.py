"""The code of `core/` and `functions/` under an adversary, and that the adversary finds what is wrong with it."""

from simulation.playing import play

RUNS = 1_500


def test_no_invariant_breaks() -> None:
    played = play("test/simulation/core/main.ts", str(RUNS))
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"core: {RUNS} runs" in played.stdout


def test_a_seed_plays_the_same_schedule_each_time() -> None:
    first, second = (play("test/simulation/core/main.ts", "--seed", "17") for _ in range(2))
    assert first.returncode == 0, first.stdout + first.stderr
    assert "PutObject visibility/" in first.stdout
    assert first.stdout == second.stdout


def test_planted_faults_are_found() -> None:
    """Those that are found soon; all of them: `make simulate-planted`."""
    for fault in (
        "before its days",
        "leaves older versions",
        "retires newer ones",
        "same generation",
        "leaves copies of",
        "are moved before",
    ):
        played = play("test/simulation/core/planted-main.ts", "--runs", "2000", fault)
        assert played.returncode == 0, played.stdout + played.stderr
