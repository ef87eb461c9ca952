"""Parquet files that are joined, read by pyarrow and DuckDB: every value, in the order of the files."""

import subprocess
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[2]


def table(number: int) -> pa.Table:
    rows = range(number * 100, number * 100 + 100 * (number + 1))
    values = {
        "id": pa.array(rows, pa.int64()),
        "half": pa.array([None if row % 7 == 0 else row / 2 for row in rows], pa.float64()),
        "text": pa.array([f"été {row % (number + 3)}" if row % 5 else None for row in rows]),
        "moment": pa.array(rows, pa.timestamp("ms")),
        "none": pa.nulls(len(rows), pa.string()),
    }
    return pa.table(values)


def test_joined_files_have_the_rows_of_all(tmp_path: Path) -> None:
    tables = [table(number) for number in range(20)]
    files = [tmp_path / f"{number}.parquet" for number in range(20)]
    for rows, file in zip(tables, files, strict=True):
        pq.write_table(rows, file, compression="zstd", row_group_size=300, write_page_index=True)
    joined = tmp_path / "joined.parquet"

    subprocess.run(
        ["node", "--import", "tsx", "test/exports/join-parquet.ts", joined, *files], cwd=ROOT, check=True, timeout=120
    )

    expected = pa.concat_tables(tables)
    assert pq.read_table(joined).equals(expected)
    late = sum(number >= 1_900 for number in expected["id"].to_pylist())
    assert pq.read_table(joined, filters=[("id", ">=", 1_900)]).num_rows == late
    query = "select count(*), sum(id), sum(half), count(text), max(moment) from {}"
    assert duckdb.sql(query.format(f"'{joined}'")).fetchall() == duckdb.sql(query.format("expected")).fetchall()
    assert duckdb.sql(f"select count(*) from '{joined}' where text = 'été 2'").fetchall() == [
        (expected["text"].to_pylist().count("été 2"),)
    ]
