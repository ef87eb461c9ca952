"""Files to upload: clean ones, whose rows all differ, made fast and always the same for a seed."""

import random

HEADER = (
    "date,hour,lat,long,signal,network,operator,status,description,"
    "speed,satellites,precission,provider,activity,postal_code"
)
NETWORKS = (("movistar", "Movistar"), ("vodafone", "vodafone ES"), ("orange", "Orange"), ("yoigo", "YOIGO"))
ACTIVITIES = ("STILL", "IN_VEHICLE", "ON_FOOT", "TILTING")


def clean_csv(rows: int, seed: int, days: tuple[str, ...] = ("2026-03-02",)) -> bytes:
    """`rows` valid rows; no two share their coordinates."""
    dice = random.Random(seed)
    lines = [HEADER]
    for number in range(rows):
        network, operator = dice.choice(NETWORKS)
        lines.append(
            f"{days[number % len(days)]},{dice.randrange(24):02}:{dice.randrange(60):02}:{dice.randrange(60):02},"
            f"{40 + number / 100_000:.5f},{seed % 100 + dice.randrange(1_000) / 1_000:.3f},{dice.randrange(32)},"
            f"{network},{operator},0,STATE_IN_SERVICE,{dice.randrange(900) / 10},{dice.randrange(16)}.0,"
            f"{dice.randrange(1, 90)}.0,gps,{dice.choice(ACTIVITIES)},{80_000 + dice.randrange(99)}.0"
        )
    return ("\n".join(lines) + "\n").encode()
