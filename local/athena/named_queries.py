"""Athena named queries as a CloudFormation resource, and their API with its pages, defaults and checks."""

import json
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import athena
from ministack.services.cloudformation import provisioners

from local.overriding import original, override
from local.responses import Response, error_response, json_response

RESOURCE = "AWS::Athena::NamedQuery"
PROPERTIES = ("Database", "Description", "Name", "QueryString", "WorkGroup")
DEFAULT_WORKGROUP = "primary"
PAGE = 50
LENGTHS = {"Name": 128, "Database": 255, "Description": 1024, "QueryString": 262_144}


_tokens: dict[str, tuple[dict[str, Any], str]] = {}


def install() -> None:
    override(athena, "_create_named_query")(create)
    override(athena, "_delete_named_query")(delete)
    override(athena, "_list_named_queries")(list_page)
    override(athena, "_batch_get_named_query")(batch_get)

    @override(athena, "handle_request")
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:
        if headers.get("x-amz-target", "").endswith(".UpdateNamedQuery"):
            return update(json.loads(body))
        return await original(handle_request)(method, path, headers, body, query)

    provisioners._RESOURCE_HANDLERS[RESOURCE] = {
        "create": resource_create,
        "update": resource_update,
        "delete": resource_delete,
    }
    provisioners._REPLACING_PROPERTIES[RESOURCE] = PROPERTIES


def invalid(message: str) -> Response:
    return error_response("InvalidRequestException", message, 400)


def problem(request: dict[str, Any], *required: str) -> str | None:
    """What is wrong with the texts of a request."""
    for field, limit in LENGTHS.items():
        value = request.get(field)
        if value is None and field not in required:
            continue
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= limit:
            return f"{field} must hold between 1 and {limit} bytes"
    return None


def exists(workgroup: str) -> bool:
    athena._ensure_default_workgroup()
    return workgroup in athena._workgroups


def create(request: dict[str, Any]) -> Response:
    if wrong := problem(request, "Name", "Database", "QueryString"):
        return invalid(wrong)
    workgroup = request.get("WorkGroup") or DEFAULT_WORKGROUP
    if not exists(workgroup):
        return invalid(f"WorkGroup {workgroup} is not found.")
    fields = {**{name: request[name] for name in PROPERTIES if request.get(name)}, "WorkGroup": workgroup}
    token = request.get("ClientRequestToken")
    if token in _tokens:
        known, query_id = _tokens[token]
        return (
            json_response({"NamedQueryId": query_id})
            if known == fields
            else invalid("Idempotent parameters do not match")
        )
    query_id = new_uuid()
    athena._named_queries[query_id] = {**fields, "NamedQueryId": query_id}
    if token:
        _tokens[token] = (fields, query_id)
    return json_response({"NamedQueryId": query_id})


def update(request: dict[str, Any]) -> Response:
    query = athena._named_queries.get(request.get("NamedQueryId"))
    if query is None:
        return invalid(f"NamedQuery {request.get('NamedQueryId')} was not found")
    if wrong := problem(request, "Name", "QueryString"):
        return invalid(wrong)
    query.update({name: request[name] for name in ("Name", "Description", "QueryString") if name in request})
    return json_response({})


def delete(request: dict[str, Any]) -> Response:
    query_id = request.get("NamedQueryId")
    if query_id not in athena._named_queries:
        return invalid(f"NamedQuery {query_id} was not found")
    del athena._named_queries[query_id]
    return json_response({})


def list_page(request: dict[str, Any]) -> Response:
    """The ids of one workgroup's queries, a page at a time."""
    workgroup = request.get("WorkGroup") or DEFAULT_WORKGROUP
    if not exists(workgroup):
        return invalid(f"WorkGroup {workgroup} is not found.")
    size = int(request.get("MaxResults") or PAGE)
    if size > PAGE:
        return invalid(f"MaxResults is more than {PAGE}")
    after = request.get("NextToken", "")
    ids = sorted(i for i, query in athena._named_queries.items() if query["WorkGroup"] == workgroup and i > after)
    answer: dict[str, Any] = {"NamedQueryIds": ids[:size]}
    if len(ids) > size:
        answer["NextToken"] = ids[size - 1]
    return json_response(answer)


def batch_get(request: dict[str, Any]) -> Response:
    if not 1 <= len(request.get("NamedQueryIds", [])) <= PAGE:
        return invalid(f"NamedQueryIds must hold between 1 and {PAGE} ids")
    return original(batch_get)(request)


def resource_create(logical_id: str, props: dict[str, Any], stack_name: str) -> tuple[str, dict[str, str]]:
    request = {name: props[name] for name in PROPERTIES if name in props}
    request.setdefault("Name", f"{stack_name}-{logical_id}-{new_uuid()[:8]}")
    status, _, body = create(request)
    answer = json.loads(body)
    if status >= 400:
        raise ValueError(answer.get("message", str(answer)))
    return answer["NamedQueryId"], {"NamedQueryId": answer["NamedQueryId"]}


def resource_update(
    physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str
) -> tuple[str, dict[str, str]]:
    """Every property needs a replacement."""
    if old_props == new_props and physical_id in athena._named_queries:
        return physical_id, {"NamedQueryId": physical_id}
    created = resource_create(physical_id, new_props, stack_name)
    provisioners._delete_predecessor(resource_delete, physical_id, old_props)
    return created


def resource_delete(physical_id: str, _props: dict[str, Any]) -> None:
    athena._named_queries.pop(physical_id, None)
