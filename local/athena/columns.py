"""A result's columns as Athena's CSV shows them, a column at a time, without an object a value."""

import pyarrow as pa
import pyarrow.compute as pc

from local.athena.results import java_double

# DuckDB's types that are shown as Arrow shows them, or nearly so. Others are shown value by value.
QUICK_TYPES = {
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DOUBLE", "VARCHAR", "DATE"),
}


def lines_of(batch: pa.RecordBatch) -> str:
    """The rows of a batch as lines of the CSV. Each column is of one of the quick types."""
    rows = pc.binary_join_element_wise(*(_cells(column) for column in batch.columns), ",")
    all_rows = pa.ListArray.from_arrays(
        pa.array([0, len(rows)], pa.int32()), pc.binary_join_element_wise(rows, "\n", "")
    )
    return str(pc.binary_join(all_rows, "")[0])


def _cells(column: pa.Array) -> pa.Array:
    texts = _doubles(column) if pa.types.is_floating(column.type) else pc.cast(column, pa.string())
    if pa.types.is_string(column.type):
        texts = pc.replace_substring(texts, '"', '""')
    quoted = pc.binary_join_element_wise('"', texts, '"', "")
    return pc.fill_null(quoted, "")


def _doubles(column: pa.Array) -> pa.Array:
    """Arrow and Java find the same digits. Where Java writes no exponent they differ in whole numbers only."""
    texts = pc.cast(column, pa.string())
    whole = pc.invert(pc.match_substring(texts, "."))
    texts = pc.if_else(whole, pc.binary_join_element_wise(texts, ".0", ""), texts)
    size = pc.abs(column)
    is_plain = pc.or_(pc.equal(size, 0), pc.and_(pc.greater_equal(size, 1e-3), pc.less(size, 1e7)))
    others = pc.invert(is_plain)
    if not pc.any(others).as_py():
        return texts
    shown = [java_double(value) for value in pc.drop_null(pc.filter(column, others)).to_pylist()]
    return pc.replace_with_mask(texts, pc.fill_null(others, False), pa.array(shown, pa.string()))
