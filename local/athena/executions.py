"""Query executions of the emulator: submitted, run on a thread, their results written to S3."""

import asyncio
import contextvars
import itertools
import logging
import os
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from urllib.parse import urlparse
from xml.etree import ElementTree

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import athena, s3

from local.athena import clock, showing, statement
from local.athena.caller import Caller, CallersCatalogue
from local.athena.catalogue import Catalogue
from local.athena.emulator_catalogue import EmulatorCatalogue
from local.athena.errors import SYSTEM, MalformedQuery, QueryCancelled, QueryFailed
from local.athena.query import Column, Progress, Query, Result
from local.athena.results import metadata_of, read_csv
from local.faults import rules
from local.responses import Response, error_response, json_response

logger = logging.getLogger("cellflow")

LONGEST_QUERY = 262_144
TOKENS_KEPT = 1000
MOST_RESULTS = 1000
# How long a look at a query that runs is held back.
LOOK_SECONDS = 0.4


class Engine(Protocol):
    """What runs SQL."""

    def run(self, query: Query, catalogue: Catalogue, progress: Progress) -> Result: ...

    def close(self) -> None: ...


class Executions:
    """The executions of one emulator, on so many threads as queries may run at once."""

    def __init__(self, engine: Engine, at_once: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="athena")
        self._running: dict[str, Progress] = {}
        # By the query's id. A task that nobody holds may be collected while it runs.
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._tokens: OrderedDict[tuple[str, str, str], tuple[str, str]] = OrderedDict()

    def start(self, data: dict[str, Any]) -> Response:
        """StartQueryExecution."""
        submitted = clock.now()
        sql = data.get("QueryString") or ""
        name = data.get("WorkGroup") or "primary"
        workgroup = athena._workgroups.get(name)
        refusal = _refusal(sql, name, workgroup)
        if refusal:
            return refusal
        token = (get_account_id(), get_region(), data.get("ClientRequestToken") or "")
        if token[2] and token in self._tokens:
            query_id, known = self._tokens[token]
            if known != sql:
                return _invalid("Idempotent parameters do not match")
            return json_response({"QueryExecutionId": query_id})
        # On AWS too, those that wait count with those that run.
        if rules.is_full("athena", "StartQueryExecution", name, len(self._tasks)):
            return _too_many()
        configuration = workgroup.get("Configuration") or {}
        location = _output_location(data, configuration)
        if not location:
            return _invalid(
                "No output location provided. An output location is required either through the Workgroup result "
                "configuration setting or as an API input."
            )
        try:
            is_query = statement.only_reads(sql)
        except MalformedQuery as error:
            return _invalid(str(error), {"AthenaErrorCode": "MALFORMED_QUERY"})

        query_id = new_uuid()
        execution = _new_execution(
            query_id, data, name, f"{location.rstrip('/')}/{query_id}.{'csv' if is_query else 'txt'}"
        )
        athena._executions[query_id] = execution
        if token[2]:
            self._tokens[token] = (query_id, sql)
            if len(self._tokens) > TOKENS_KEPT:
                self._tokens.popitem(last=False)
        limit = configuration.get("BytesScannedCutoffPerQuery")
        query = Query(
            sql,
            execution["QueryExecutionContext"]["Database"].lower(),
            tuple(data.get("ExecutionParameters") or ()),
            int(limit) if limit else None,
            submitted,
        )
        task = self._tasks[query_id] = asyncio.create_task(self._execute(execution, query, is_query))
        task.add_done_callback(lambda _: self._tasks.pop(query_id, None))
        return json_response({"QueryExecutionId": query_id})

    def stop(self, data: dict[str, Any]) -> Response:
        """StopQueryExecution."""
        query_id = data.get("QueryExecutionId") or ""
        if query_id not in athena._executions:
            return _invalid(f"QueryExecution {query_id} was not found")
        progress = self._running.get(query_id)
        if progress is not None:
            progress.cancel()
        return json_response({})

    async def wait_for(self, query_id: str | None) -> None:
        """Until a query ends, but not for long: whoever asks how it stands learns the end at once, and asks seldom."""
        task = self._tasks.get(query_id or "")
        if task is not None:
            await asyncio.wait({task}, timeout=LOOK_SECONDS)

    def results(self, data: dict[str, Any]) -> Response:
        """GetQueryResults: a page of the CSV in S3, which is not kept in memory a second time."""
        execution = athena._executions.get(data.get("QueryExecutionId"))
        if execution is None:
            return _invalid(f"QueryExecution {data.get('QueryExecutionId')} was not found")
        state = execution["Status"]["State"]
        if state != "SUCCEEDED":
            reason = execution["Status"].get("StateChangeReason")
            return _invalid(
                f"Query did not finish successfully. Final query state: {state}{f': {reason}' if reason else ''}"
            )
        place = _address(execution["ResultConfiguration"]["OutputLocation"])
        try:
            Caller.of_request().reads(*place)
        except QueryFailed as error:
            return error_response("AccessDeniedException", str(error), 400)
        body = s3._get_object_data(*place)
        if body is None:
            return _invalid(f"Could not find results at {execution['ResultConfiguration']['OutputLocation']}")
        token, most = data.get("NextToken") or "0", int(data.get("MaxResults") or MOST_RESULTS)
        if not token.isdigit():
            return _invalid("Invalid NextToken")
        first = int(token)
        # One more than the page, to know whether another follows. A header is the first row of the first page.
        is_text = execution["ResultConfiguration"]["OutputLocation"].endswith(".txt")
        found = ([line] for line in body.decode().splitlines()) if is_text else read_csv(body.decode())
        rows = list(itertools.islice(found, first, first + most + 1))
        answer = {
            "ResultSet": {
                "Rows": [{"Data": [_datum(value) for value in row]} for row in rows[:most]],
                "ResultSetMetadata": {"ColumnInfo": [_column_info(column) for column in execution["_columns"]]},
            },
            "UpdateCount": 0,
        }
        if len(rows) > most:
            answer["NextToken"] = str(first + most)
        return json_response(answer)

    def close(self) -> None:
        for progress in list(self._running.values()):
            progress.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._engine.close()

    async def _execute(self, execution: dict[str, Any], query: Query, is_query: bool) -> None:
        query_id = execution["QueryExecutionId"]
        caller = Caller.of_request()
        progress = self._running[query_id] = Progress(query.scan_limit)
        submitted = time.monotonic()
        started = submitted
        status = execution["Status"]

        def run() -> Result:
            nonlocal started
            started = time.monotonic()
            status["State"] = "RUNNING"
            progress.check()
            catalogue = CallersCatalogue(EmulatorCatalogue(), caller)
            shown = None if is_query else showing.answer(query.sql, query.database, catalogue)
            if shown is not None:
                text = "".join(f"{line}\n" for line in shown.lines)
                return Result(shown.columns, text.encode(), len(shown.lines))
            return self._engine.run(query, catalogue, progress)

        # The thread looks into the emulator's stores as this request does.
        scope = contextvars.copy_context()
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._threads, scope.run, run)
            execution["_columns"] = result.columns
            caller.writes(*_address(execution["ResultConfiguration"]["OutputLocation"]))
            _save(execution, result)
            state, reason = "SUCCEEDED", ""
        except QueryCancelled as error:
            state, reason = "CANCELLED", str(error)
        except QueryFailed as error:
            state, reason = "FAILED", str(error)
            status["AthenaError"] = _athena_error(error.category, reason, is_retryable=False)
        except Exception as error:
            logger.exception("query %s", query_id)
            state, reason = "FAILED", f"GENERIC_INTERNAL_ERROR: {error}"
            status["AthenaError"] = _athena_error(SYSTEM, reason, is_retryable=True)
        finally:
            del self._running[query_id]
        _finish(execution, state, reason, progress.scanned, submitted, started)


def _refusal(sql: str, name: str, workgroup: dict[str, Any] | None) -> Response | None:
    if not sql.strip():
        return _invalid("queryString must not be empty")
    if len(sql.encode()) > LONGEST_QUERY:
        return _invalid(f"Query string is longer than {LONGEST_QUERY} bytes")
    if workgroup is None:
        return _invalid(f"WorkGroup {name} is not found.")
    if workgroup.get("State") == "DISABLED":
        return _invalid(f"WorkGroup {name} is disabled.")
    return None


def _invalid(message: str, extra: dict[str, str] | None = None) -> Response:
    return error_response("InvalidRequestException", message, 400, extra=extra)


def _too_many() -> Response:
    """The refusal at the account's quota of active queries."""
    message = "You have exceeded the limit for the number of queries you can run concurrently."
    return error_response(
        "TooManyRequestsException",
        f"{message} Please reduce the number of concurrent queries submitted by this account.",
        400,
        extra={"Reason": "CONCURRENT_QUERY_LIMIT_EXCEEDED"},
    )


def _output_location(data: dict[str, Any], configuration: dict[str, Any]) -> str | None:
    """The workgroup's location where it enforces its configuration, as workgroups do unless told otherwise."""
    own = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
    asked = (data.get("ResultConfiguration") or {}).get("OutputLocation")
    is_enforced = configuration.get("EnforceWorkGroupConfiguration", True)
    return (own or asked) if is_enforced in (True, "true", "True") else (asked or own)


def _new_execution(query_id: str, data: dict[str, Any], workgroup: str, location: str) -> dict[str, Any]:
    context = data.get("QueryExecutionContext") or {}
    execution = {
        "QueryExecutionId": query_id,
        "Query": data["QueryString"],
        "StatementType": athena._detect_statement_type(data["QueryString"]),
        "ResultConfiguration": {"OutputLocation": location},
        "QueryExecutionContext": {
            "Database": context.get("Database") or "default",
            "Catalog": context.get("Catalog") or "AwsDataCatalog",
        },
        "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
        "Statistics": {"DataScannedInBytes": 0, "QueryQueueTimeInMillis": 0},
        "WorkGroup": workgroup,
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
    }
    if data.get("ExecutionParameters"):
        execution["ExecutionParameters"] = list(data["ExecutionParameters"])
    return execution


def _finish(execution: dict[str, Any], state: str, reason: str, scanned: int, submitted: float, started: float) -> None:
    now = time.monotonic()
    execution["Statistics"].update(
        DataScannedInBytes=scanned,
        EngineExecutionTimeInMillis=int((now - started) * 1000),
        TotalExecutionTimeInMillis=int((now - submitted) * 1000),
        QueryQueueTimeInMillis=int((started - submitted) * 1000),
        ServiceProcessingTimeInMillis=0,
    )
    if reason:
        execution["Status"]["StateChangeReason"] = reason
    execution["Status"]["CompletionDateTime"] = time.time()
    # Last: whoever polls sees the state only with all that belongs to it.
    execution["Status"]["State"] = state


def _athena_error(category: int, message: str, is_retryable: bool) -> dict[str, Any]:
    return {"ErrorCategory": category, "ErrorMessage": message, "Retryable": is_retryable}


def _address(location: str) -> tuple[str, str]:
    parsed = urlparse(location)
    return parsed.netloc, parsed.path.lstrip("/")


def _save(execution: dict[str, Any], result: Result) -> None:
    bucket, key = _address(execution["ResultConfiguration"]["OutputLocation"])
    for name, body, kind in (
        (key, result.csv, "application/octet-stream"),
        (f"{key}.metadata", metadata_of(result.columns), "application/octet-stream"),
    ):
        answer = s3._put_object(bucket, name, body, {"content-type": kind, "content-length": str(len(body))})
        if answer[0] >= 300:
            code = ElementTree.fromstring(answer[2]).findtext("Code", "InternalError")
            raise QueryFailed("GENERIC_USER_ERROR", f"Unable to write query results to s3://{bucket}/{name}: {code}")


def _datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


def _column_info(column: Column) -> dict[str, Any]:
    precision, scale = athena._type_precision_scale(column.type)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.type == "varchar",
    }


def queries_at_once() -> int:
    return max(2, os.cpu_count() or 2)
