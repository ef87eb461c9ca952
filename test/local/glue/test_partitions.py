"""Partitions of a Glue table, asked for by their keys."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_what_is_not_there_is_left_out(client: Callable[[str], Any]) -> None:
    glue = client("glue")
    database = f"d{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(
        DatabaseName=database, TableInput={"Name": "t", "PartitionKeys": [{"Name": "day", "Type": "string"}]}
    )
    glue.create_partition(DatabaseName=database, TableName="t", PartitionInput={"Values": ["2026-01-01"]})
    days = [{"Values": [day]} for day in ("2026-01-01", "2026-01-02")]

    answer = glue.batch_get_partition(DatabaseName=database, TableName="t", PartitionsToGet=days)

    assert [partition["Values"] for partition in answer["Partitions"]] == [["2026-01-01"]]
    assert answer["UnprocessedKeys"] == []
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.batch_get_partition(DatabaseName=database, TableName="none", PartitionsToGet=days)
