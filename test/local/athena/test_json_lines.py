"""Objects of JSON lines as Athena's SerDe reads them. Each answer here is one that Trino 476 gave to the same bytes."""

import json
import time
from pathlib import Path

import pyarrow as pa
import pytest

from local.athena.catalogue import ObjectFile
from local.athena.errors import QueryFailed
from local.athena.json_lines import read_json_lines

SCHEMA = pa.schema([("upload_id", pa.string()), ("visible_from", pa.int64()), ("visible_until", pa.int64())])


def read(*bodies: bytes) -> list[tuple[object, ...]]:
    files = [(ObjectFile(f"lake/visibility/{n}.json", len(body), Path), body) for n, body in enumerate(bodies)]
    table = read_json_lines(files, SCHEMA)
    assert table.schema == SCHEMA
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (
            b'{"upload_id":"a","visible_from":1}\n{"upload_id":"b","visible_until":-5}\n',
            [("a", 1, None), ("b", None, -5)],
        ),
        (b'{"upload_id":"a"}\n{"upload_id":"b"}', [("a", None, None), ("b", None, None)]),
        (b'{"upload_id":"a","visible_from":null,"x":{"y":[1]}}\r\n', [("a", None, None)]),
        (b'{"UPLOAD_ID":"a","Visible_From":1}\n', [("a", 1, None)]),
        (b"{}\n", [(None, None, None)]),
        (b"", []),
        (b'  {"upload_id":"a"}\n', [("a", None, None)]),
        (b'{"upload_id":"a","visible_from":1}{"upload_id":"b","visible_from":2}\n', [("a", 1, None)]),
        (b'{"upload_id":"a","visible_from":1} trailing\n', [("a", 1, None)]),
        (b'{"upload_id":"a","visible_from":1e3}\n', [("a", 1000, None)]),
        (b'{"upload_id":"a","visible_from":1.0}\n', [("a", 1, None)]),
        (b'{"upload_id":true,"visible_from":1}\n', [("true", 1, None)]),
        (b'{"upload_id":1.50,"visible_from":1}\n', [("1.50", 1, None)]),
    ],
)
def test_a_line_is_a_row(body: bytes, rows: list[tuple[object, ...]]) -> None:
    assert read(body) == rows


@pytest.mark.parametrize(
    "body",
    [
        b'{"upload_id":\n',
        b'{"upload_id":"a"}\n\n{"upload_id":"b"}\n',
        b'   \n{"upload_id":"a"}\n',
        b"not json\n",
        b"[1,2]\n",
        b"null\n",
        b'"x"\n',
        b'{"visible_from":"x"}\n',
        b'{"visible_from":""}\n',
        b'{"visible_from":" 7"}\n',
        b'{"visible_from":1.5}\n',
        b'{"visible_from":true}\n',
        b'{"visible_from":{"x":1}}\n',
        b'{"visible_from":99999999999999999999}\n',
        b'{"upload_id":["a"]}\n',
        b'{"upload_id":{"k":1}}\n',
        b'{"upload_id":"a","upload_id":"b"}\n',
    ],
)
def test_a_line_that_is_none_fails_the_query_by_the_objects_name(body: bytes) -> None:
    with pytest.raises(QueryFailed) as failure:
        read(b'{"upload_id":"good"}\n', body)

    assert str(failure.value) == "HIVE_CURSOR_ERROR: Failed to read file at s3://lake/visibility/1.json"


def test_large_objects_and_small_ones_are_read_alike() -> None:
    large = b"".join(b'{"upload_id":"%016x","visible_from":%d}\n' % (n, n) for n in range(10_000))
    small = b'{"upload_id":"s"}'

    for _ in range(2):
        assert sorted(read(small, large, small), key=str) == sorted([*read(large), *read(small, small)], key=str)
    with pytest.raises(QueryFailed, match=r"visibility/1\.json"):
        read(small, large + b"null\n")
    with pytest.raises(QueryFailed, match=r"visibility/0\.json"):
        read(large + b"}\n")


def test_many_lines_take_little_time() -> None:
    lines = [
        {
            "upload_id": f"{n:016x}",
            "visible_from": 1_700_000_000_000 + n,
            "claim": f"{n:032x}",
            "n": 1,
            "token": "t" * 32,
        }
        for n in range(100_000)
    ]
    bodies = [b"".join(json.dumps(line).encode() + b"\n" for line in lines[at::16]) for at in range(16)]

    started = time.monotonic()
    rows = read_json_lines([(ObjectFile("b/k", len(body), Path), body) for body in bodies], SCHEMA)
    seconds = time.monotonic() - started

    assert rows.num_rows == len(set(rows["upload_id"].to_pylist())) == 100_000
    assert seconds < 3, f"{seconds:.2f} s"
