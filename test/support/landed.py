"""What the ledger says has landed, read back from its objects."""

import io
import json
from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq


class LandedUpload:
    def __init__(self, s3: Any, bucket: str, upload: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"landings/{upload}/")
        keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
        self.ledgers = [json.loads(self._read(key)) for key in keys]
        assert [f"landings/{upload}/{n:08d}.json" for n in range(1, len(keys) + 1)] == keys
        assert [page["n"] for page in self.ledgers] == list(range(1, len(keys) + 1))
        assert len({page["token"] for page in self.ledgers}) == len(keys)

    def _read(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    @property
    def ids(self) -> Counter[str]:
        """How often each record is in the ledger, by `chunk/n`."""
        return Counter(
            f"{chunk}/{n}"
            for entry in self.ledgers
            for chunk, ranges in entry["records"].items()
            for first, last in ranges
            for n in range(first, last + 1)
        )

    @property
    def set_aside(self) -> dict[str, str]:
        return {aside["id"]: aside["reason"] for entry in self.ledgers for aside in entry["setAside"]}

    def table(self, name: str) -> pa.Table:
        objects = [made for entry in self.ledgers for made in entry["objects"] if made["table"] == name]
        tables = []
        for made in objects:
            body = self._read(made["key"])[made["offset"] :][: made["bytes"]]
            assert len(body) == made["bytes"]
            tables.append(pq.read_table(io.BytesIO(body)))
            assert tables[-1].num_rows == made["rows"]
        return pa.concat_tables(tables) if tables else pa.table({"latitude": [], "count_rows": []})

    def assert_exact(self, latitudes: list[float], ids: int) -> None:
        """Rows in objects and aggregates are these, each once; so are the records in the ledger."""
        rows = self.table("measurements")
        assert rows.num_rows == len(latitudes) == len(set(latitudes))
        assert sorted(rows["latitude"].to_pylist()) == sorted(latitudes)
        assert (pc.sum(self.table("hourly_quality")["count_rows"]).as_py() or 0) == len(latitudes)
        assert sum(entry["rows"] for entry in self.ledgers) == len(latitudes)
        assert len(self.ids) == ids
        assert set(self.ids.values()) <= {1}
