"""What tells the time in a query."""

from datetime import datetime, timezone

from support.readers import Readers

from local.athena.results import read_csv


def test_the_clock_stands_still_at_the_moment_of_the_submission(readers: Readers) -> None:
    before = datetime.now(timezone.utc)
    queries = [
        readers.start("select current_timestamp, now(), to_unixtime(now()) * 1000", readers.name, (), readers.name)
        for _ in range(30)
    ]
    after = datetime.now(timezone.utc)
    told = []
    for query in queries:
        execution = readers.end(query)
        key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://reports/")
        _header, row = read_csv(readers.s3.get_object(Bucket="reports", Key=key)["Body"].read().decode())
        assert row[0] == row[1]
        told.append(str(row[0]))
        moment = datetime.strptime(str(row[0]), "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=timezone.utc)
        assert abs(float(str(row[2])) - moment.timestamp() * 1000) < 0.01

    # However long a query was queued behind others.
    moments = [datetime.strptime(text, "%Y-%m-%d %H:%M:%S.%f UTC").replace(tzinfo=timezone.utc) for text in told]
    assert moments == sorted(moments)
    assert before.replace(microsecond=before.microsecond // 1000 * 1000) <= moments[0] and moments[-1] <= after


def test_moments_are_written_as_athena_writes_them(readers: Readers) -> None:
    sql = (
        "select current_date, localtimestamp, localtime, current_time, current_timezone(), to_iso8601(now()),"
        " cast(now() as timestamp), date_trunc('day', now()), current_timestamp(0), date_diff('day', now(), now())"
    )
    (row,) = readers.ask(sql)
    date, timestamp, clock, zoned, zone, iso, cast, day, whole, difference = map(str, row)

    assert timestamp == f"{date} {clock}" == cast
    assert zoned == f"{clock}+00:00"
    assert (zone, iso, difference) == ("UTC", f"{date}T{clock}Z", "0")
    assert day == f"{date} 00:00:00.000 UTC"
    assert whole.endswith(".000 UTC")
