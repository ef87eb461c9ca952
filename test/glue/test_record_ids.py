import random

from cellflow.record_ids import RecordIds


def test_numbers_become_ranges_by_chunk() -> None:
    ids = RecordIds()
    ids.add([(1, 3), (0, 0), (1, 0), (0, 1), (1, 1), (10, 7)])
    assert ids.to_ranges() == {"0": [[0, 1]], "1": [[0, 1], [3, 3]], "10": [[7, 7]]}


def test_ranges_that_meet_or_overlap_become_one() -> None:
    ids = RecordIds({"0": [[0, 4], [8, 9]]})
    ids.add_ranges({"0": [[5, 7], [9, 12]], "2": [[1, 1]]})
    assert ids.to_ranges() == {"0": [[0, 12]], "2": [[1, 1]]}


def test_a_set_built_in_any_order_holds_what_was_added() -> None:
    pick = random.Random(7)
    added = {(pick.randrange(3), pick.randrange(60)) for _ in range(90)}
    ids = RecordIds()
    for some in [list(added)[at::7] for at in range(7)]:
        ids.add(some)
    assert {(chunk, n) for chunk in range(4) for n in range(61) if (chunk, n) in ids} == added
    assert RecordIds(ids.to_ranges()).to_ranges() == ids.to_ranges()
