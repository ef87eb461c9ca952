"""What the catalogue holds, asked by SQL: views beside tables."""

from support.lake_views import files_database
from support.readers import Readers
from support.tables import SCHEMAS

# Columns that the view alone has.
MADE = ("coverage", "place")


def test_information_schema_tells_views_from_tables(readers: Readers) -> None:
    both = f"('{readers.name}', '{files_database(readers.name)}')"
    tables = readers.ask(
        "select table_schema, table_name, table_type from information_schema.tables"
        f" where table_schema in {both} order by 1, 2"
    )
    columns = readers.ask(
        "select column_name, data_type, ordinal_position from information_schema.columns"
        f" where table_schema = '{readers.name}' and table_name = 'measurements' order by ordinal_position"
    )

    assert tables == [
        [readers.name, "hourly_quality", "VIEW"],
        [readers.name, "measurements", "VIEW"],
        [readers.name, "uploads_visibility", "BASE TABLE"],
        [files_database(readers.name), "hourly_quality", "BASE TABLE"],
        [files_database(readers.name), "measurements", "BASE TABLE"],
    ]
    assert columns[0] == ["measured_at", "timestamp(3)", "1"]
    assert [name for name, _kind, _place in columns] == [*SCHEMAS["measurements"].names, *MADE, "day"]
    assert columns[-3:] == [["coverage", "varchar", "27"], ["place", "varchar", "28"], ["day", "varchar", "29"]]


def shown(readers: Readers, sql: str) -> list[str]:
    """The lines of what Athena answers itself: as text in S3, and as rows without a header."""
    query = readers.start(sql, readers.name, (), readers.name)
    execution = readers.end(query)
    assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
    assert execution["StatementType"] == "UTILITY"
    location = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://reports/")
    assert location.endswith(".txt")
    text = readers.s3.get_object(Bucket="reports", Key=location)["Body"].read().decode()
    rows = readers.athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    assert [row["Data"][0]["VarCharValue"] for row in rows] == text.splitlines()
    return text.splitlines()


def test_show_and_describe_know_views(readers: Readers) -> None:
    names = ["hourly_quality", "measurements", "uploads_visibility"]
    columns = [*SCHEMAS["measurements"].names, *MADE, "day"]

    assert shown(readers, "show tables") == names
    assert shown(readers, f"SHOW TABLES IN {files_database(readers.name)} 'm*'") == ["measurements"]
    assert shown(readers, "show views;") == names[:2]
    assert shown(readers, "show columns in measurements") == columns
    assert readers.name in shown(readers, "show databases")
    assert [line.split()[0] for line in shown(readers, "describe measurements")] == columns
    assert shown(readers, "describe uploads_visibility")[1].split() == ["visible_from", "bigint"]
    assert "# Partition Information" in "\n".join(
        shown(readers, f"describe {files_database(readers.name)}.measurements")
    )
    assert "current_timestamp" in "\n".join(shown(readers, f"show create view {readers.name}.measurements"))
    assert readers.why("describe nope").startswith("TABLE_NOT_FOUND: ")
    assert readers.why("show partitions measurements").startswith("NOT_SUPPORTED: ")
