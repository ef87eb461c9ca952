"""The code that reports uploads together under an adversary, and that the adversary finds what is wrong with it."""

from simulation.playing import play

RUNS = 3_000


def test_no_invariant_breaks() -> None:
    played = play("test/simulation/rounds/main.ts", str(RUNS))
    assert played.returncode == 0, played.stdout + played.stderr
    assert f"rounds: {RUNS} runs" in played.stdout


def test_a_seed_plays_the_same_schedule_each_time() -> None:
    first, second = (play("test/simulation/rounds/main.ts", "--seed", "17") for _ in range(2))
    assert first.returncode == 0, first.stdout + first.stderr
    assert "PutObject reporting/register.json" in first.stdout
    assert first.stdout == second.stdout


def test_planted_faults_are_found() -> None:
    """Those that are found soon; all of them: `make simulate-planted`."""
    faults = (
        "looks what waits before",
        "nobody looks",
        "whoever comes to the mail",
        "a second attempt",
        "counted on",
        "what was withdrawn",
    )
    for fault in faults:
        played = play("test/simulation/rounds/planted-main.ts", "--runs", "2000", fault)
        assert played.returncode == 0, played.stdout + played.stderr
