"""Runs Athena's SQL on Trino, untranslated."""

import base64
import logging
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.athena import statement
from local.athena.catalogue import Catalogue
from local.athena.errors import QueryCancelled, QueryFailed, ScanLimitExceeded
from local.athena.query import Column, Progress, Query, Result
from local.athena.results import CsvWriter, java_double, java_float
from local.trino.client import TrinoError
from local.trino.server import TrinoServer

logger = logging.getLogger("cellflow")

# How long a query waits for a node, and between two attempts.
NODE_SECONDS = 60
NODE_PAUSE = 0.25

_POSITION = re.compile(r"^line (\d+):(\d+): ", re.DOTALL)
Writer = Callable[[Any], str]


class TrinoEngine:
    """Trino looks tables up in the emulator's Glue itself, over the network, as it would on AWS."""

    def __init__(self, endpoint: str, directory: Path) -> None:
        self._server = TrinoServer(endpoint, directory)
        # Starting takes ten seconds: begin before the first query asks for it.
        threading.Thread(target=self._warm_up, daemon=True).start()

    def run(self, query: Query, _catalogue: Catalogue, progress: Progress) -> Result:
        """Run a query to its end. Raises QueryFailed or QueryCancelled."""
        parsed = statement.parse(query.sql)
        if not statement.is_query(parsed):
            raise QueryFailed("NOT_SUPPORTED", "Queries of this type are not supported", (1, 1))
        # Checked as literals first: their text becomes part of a statement.
        statement.bind(parsed, query.parameters)
        deadline = time.monotonic() + NODE_SECONDS
        while True:
            try:
                return self._run(query, progress)
            except QueryFailed as error:
                # Shortly after its start the server may have no node for a table's files. Nothing ran then.
                if error.name != "NO_NODES_AVAILABLE" or time.monotonic() > deadline:
                    raise
                time.sleep(NODE_PAUSE)
                progress.check()

    def _run(self, query: Query, progress: Progress) -> Result:
        session = {"query_max_scan_physical_bytes": f"{query.scan_limit}B"} if query.scan_limit else {}
        columns: list[Column] = []
        writers: list[Writer] = []
        writer: CsvWriter | None = None
        try:
            for page in self._server.client().pages(
                _statement_of(query), query.database, session, on_start=progress.on_cancel
            ):
                progress.scanned = max(progress.scanned, page.scanned)
                progress.check()
                if writer is None and page.columns is not None:
                    columns = [Column(column["name"], _type_name(column["type"])) for column in page.columns]
                    writers = [_writer(column["typeSignature"]) for column in page.columns]
                    writer = CsvWriter(columns)
                if writer is not None:
                    writer.add(
                        [None if value is None else write(value) for write, value in zip(writers, row, strict=True)]
                        for row in page.rows
                    )
        except TrinoError as error:
            progress.check()
            raise _failure(error) from error
        finally:
            progress.on_cancel(None)
        # Trino looks at the limit now and then: a short query may end before it does.
        progress.check()
        if writer is None:
            raise QueryFailed("GENERIC_INTERNAL_ERROR", "Trino answered without columns")
        return Result(columns, writer.bytes(), writer.rows)

    def close(self) -> None:
        self._server.stop()

    def _warm_up(self) -> None:
        try:
            self._server.client()
        except Exception as error:
            # The first query meets the same failure and reports it.
            logger.warning("%s", error)


def _statement_of(query: Query) -> str:
    sql = query.sql.strip().rstrip(";")
    if not query.parameters:
        return sql
    quoted = sql.replace("'", "''")
    return f"EXECUTE IMMEDIATE '{quoted}' USING {', '.join(query.parameters)}"


def _failure(error: TrinoError) -> QueryFailed | QueryCancelled:
    if error.name == "EXCEEDED_SCAN_LIMIT":
        return ScanLimitExceeded()
    if error.name == "USER_CANCELED":
        return QueryCancelled("Query was cancelled by user")
    text = str(error)
    found = _POSITION.match(text)
    position = (int(found.group(1)), int(found.group(2))) if found else None
    detail = text[found.end() :] if found else text
    if error.name == "COLUMN_NOT_FOUND":
        # Athena cannot say which, since column permissions hide columns too.
        detail = detail.replace(
            "cannot be resolved", "cannot be resolved or requester is not authorized to access requested resources"
        )
    return QueryFailed(error.name, detail, position)


def _type_name(kind: str) -> str:
    return {"real": "float"}.get(kind, kind.partition("(")[0])


def _writer(signature: dict[str, Any]) -> Writer:
    """How values of a type are written."""
    kind = signature["rawType"]
    arguments = [argument["value"] for argument in signature.get("arguments", [])]
    if kind == "array":
        inner = _nullable(_writer(arguments[0]))
        return lambda value: "[" + ", ".join(inner(item) for item in value) + "]"
    if kind == "map":
        key, item = (_nullable(_writer(argument)) for argument in arguments)
        return lambda value: "{" + ", ".join(f"{key(name)}={item(entry)}" for name, entry in value.items()) + "}"
    if kind == "row":
        names = [(argument.get("fieldName") or {}).get("name") or f"field{n}" for n, argument in enumerate(arguments)]
        inners = [_nullable(_writer(argument["typeSignature"])) for argument in arguments]
        return lambda value: (
            "{" + ", ".join(f"{n}={write(item)}" for n, write, item in zip(names, inners, value, strict=True)) + "}"
        )
    return _SCALARS.get(kind, str)


def _nullable(write: Writer) -> Writer:
    return lambda value: "null" if value is None else write(value)


_SCALARS: dict[str, Writer] = {
    # Not a number and the infinities come as strings.
    "double": lambda value: java_double(float(value)),
    "real": lambda value: java_float(float(value)),
    "boolean": lambda value: "true" if value else "false",
    "varbinary": lambda value: " ".join(f"{byte:02x}" for byte in base64.b64decode(value)),
}
