"""Which resources a call is about, by AWS's authorization reference; where MiniStack names others."""

import json
from typing import Any

from ministack.services import athena

from local import settings
from local.kinesis import iterators


def of_request(service: str, action: str, body: bytes) -> str | None:
    """What a request is about; None where MiniStack names it well, an empty text where it is about nothing."""
    if service not in ("glue", "athena", "kinesis", "states"):
        return None
    request = request_of(body)
    if service == "glue":
        return glue_resource(action, request)
    if service == "athena":
        return athena_resource(request)
    if service == "states":
        return request.get("mapRunArn")
    return kinesis_resource(request) if action == "GetRecords" else None


def request_of(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}


def glue_resource(action: str, request: dict[str, Any]) -> str:
    """The most particular resource; `above` names the ones that contain it."""
    name = str(request.get("Name") or "")
    if "Crawler" in action:
        return _arn("glue", f"crawler/{name or request.get('CrawlerName', '')}")
    if "Job" in action:
        return _arn("glue", f"job/{request.get('JobName') or name}")
    database = str(request.get("DatabaseName") or "")
    if not database:
        named = name or str((request.get("DatabaseInput") or {}).get("Name") or "")
        return _arn("glue", f"database/{named}" if "Database" in action and named else "catalog")
    table = request.get("TableName") or name or (request.get("TableInput") or {}).get("Name")
    return _arn("glue", f"table/{database}/{table}" if table else f"database/{database}")


def above(resource: str) -> list[str]:
    """The database and the catalogue of a table: a call about it takes the same right on all three."""
    kind, _, path = resource.rpartition(":")[2].partition("/")
    catalog = [_arn("glue", "catalog")]
    if kind == "table":
        return [_arn("glue", f"database/{path.partition('/')[0]}"), *catalog]
    return catalog if kind == "database" else []


def athena_resource(request: dict[str, Any]) -> str:
    """The workgroup: also of a query, which is named by its id alone."""
    queries = [*(request.get("NamedQueryIds") or []), request.get("NamedQueryId"), request.get("QueryExecutionId")]
    found: list[dict[str, Any]] = [
        store[query]
        for query in queries
        if query
        for store in (athena._named_queries, athena._executions)
        if query in store
    ]
    names = {str(query.get("WorkGroup") or "primary") for query in found} or {
        str(request.get("WorkGroup") or "primary")
    }
    # Queries of several workgroups in one call are not asked for here.
    return _arn("athena", f"workgroup/{min(names)}")


def kinesis_resource(request: dict[str, Any]) -> str:
    """The stream of a call that names none, but goes on from an iterator; nothing where that has expired."""
    place = iterators.place_of(request.get("ShardIterator"))
    return "" if place is None else place.stream_arn


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{settings.REGION}:{settings.ACCOUNT}:{resource}"
