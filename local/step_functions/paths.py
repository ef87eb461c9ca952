"""JSONPath, payload templates and result paths, strict as AWS is: a path that matches nothing is an error."""

from collections.abc import Iterator
from typing import Any

from ministack.services import stepfunctions as sfn

from local.step_functions.errors import StateError, runtime_error
from local.step_functions.values import to_json

MISSING = object()


def find(path: str, document: Any, context: dict[str, Any]) -> Any:
    """What a path selects from the data, or with `$$` from the context object; MISSING where nothing is there."""
    if path.startswith("$$"):
        path, document = path[1:], context
    tokens = sfn._parse_jsonpath_tokens(path) if path.startswith("$") else None
    if tokens is None:
        raise runtime_error(f"Invalid path '{path}'")
    found = [document]
    for kind, value in tokens:
        found = [inner for outer in found for inner in _step(kind, value, outer)]
    if any(kind == "wildcard" for kind, _ in tokens):
        return found
    return found[0] if found else MISSING


def _step(kind: str, value: Any, node: Any) -> Iterator[Any]:
    if (kind == "field" and isinstance(node, dict) and value in node) or (
        kind == "index" and isinstance(node, list) and value < len(node)
    ):
        yield node[value]
    elif kind == "wildcard" and isinstance(node, (list, dict)):
        yield from node.values() if isinstance(node, dict) else node


def select(path: str, document: Any, context: dict[str, Any], field: str) -> Any:
    """What a path selects; an error naming the field where nothing is there."""
    found = find(path, document, context)
    if found is MISSING:
        where = to_json(context if path.startswith("$$") else document)
        raise runtime_error(
            f"The JSONPath '{path}' specified for the field '{field}' could not be found in the input '{where}'"
        )
    return found


def filtered(state: dict[str, Any], field: str, document: Any, context: dict[str, Any]) -> Any:
    """`InputPath` or `OutputPath` of a state applied."""
    path = state.get(field, "$")
    if path is None:
        return {}
    return document if path == "$" else select(path, document, context, field)


def fill(template: Any, document: Any, context: dict[str, Any]) -> Any:
    """A payload template (`Parameters`, `ItemSelector`, `ResultSelector`) filled in."""
    if isinstance(template, list):
        return [fill(item, document, context) for item in template]
    if not isinstance(template, dict):
        return template
    filled = {}
    for key, value in template.items():
        if key.endswith(".$"):
            filled[key[:-2]] = _evaluate(value, document, context, key)
        else:
            filled[key] = fill(value, document, context)
    return filled


def _evaluate(expression: Any, document: Any, context: dict[str, Any], field: str) -> Any:
    if not isinstance(expression, str):
        raise runtime_error(
            f"The value for the field '{field}' must be a string with a JSONPath or an intrinsic function"
        )
    if not expression.startswith("States."):
        return select(expression, document, context, field)
    node, _end = sfn._parse_intrinsic_call(expression, 0)
    for path in _paths_in(node):
        select(path, document, context, field)
    try:
        return sfn._exec_intrinsic(node, document, context)
    except StateError:
        raise
    except Exception as error:
        raise StateError("States.IntrinsicFailure", f"{expression}: {error}") from error


def _paths_in(node: tuple[Any, ...]) -> Iterator[str]:
    if node[0] == "path":
        yield node[1]
    elif node[0] == "call":
        for argument in node[2]:
            yield from _paths_in(argument)


def parameters(state: dict[str, Any], field: str, document: Any, context: dict[str, Any]) -> Any:
    """A state's payload template applied, the data itself where it has none."""
    return fill(state[field], document, context) if field in state else document


def placed(holder: dict[str, Any], document: Any, result: Any) -> Any:
    """A result put where `ResultPath` of a state or catcher says."""
    path = holder.get("ResultPath", "$")
    if path is None:
        return document
    if path == "$":
        return result
    tokens = sfn._parse_jsonpath_tokens(path)
    if not tokens or any(kind != "field" for kind, _ in tokens):
        raise runtime_error(f"Invalid ResultPath '{path}'")
    return _put([name for _, name in tokens], document, result, path)


def _put(names: list[str], document: Any, result: Any, path: str) -> Any:
    if not isinstance(document, dict):
        raise StateError(
            "States.ResultPathMatchFailure", f"Unable to apply ResultPath '{path}' to input {to_json(document)}"
        )
    head, *rest = names
    inner = _put(rest, document.get(head, {}), result, path) if rest else result
    return {**document, head: inner}


def number(
    state: dict[str, Any], field: str, document: Any, context: dict[str, Any], default: float | None
) -> float | None:
    """A number that a state gives as `Field` or selects with `FieldPath`."""
    if field in state:
        given: float = state[field]
        return given
    path = state.get(f"{field}Path")
    if path is None:
        return default
    value: object = select(path, document, context, f"{field}Path")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise runtime_error(f"The {field}Path parameter does not reference a positive number: {to_json(value)}")
    return value
