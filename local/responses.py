"""What a plug-in answers to a request of AWS's JSON protocols."""

from collections.abc import Mapping
from typing import Any

from ministack.core import responses

# Status, headers and body, as MiniStack's handlers answer.
Response = tuple[int, dict[str, str], bytes]


def json_response(body: Mapping[str, Any]) -> Response:
    response: Response = responses.json_response(body)
    return response


def error_response(code: str, message: str, status: int = 400, extra: dict[str, str] | None = None) -> Response:
    response: Response = responses.error_response_json(code, message, status, extra=extra)
    return response
