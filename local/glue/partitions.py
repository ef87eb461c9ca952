"""BatchGetPartition as AWS answers it: a partition that is not there is left out, not given back as unprocessed.

A caller asks again for unprocessed keys, and would do so for ever.
"""

from typing import Any

from ministack.services import glue

from local.overriding import override
from local.responses import Response, error_response, json_response

MOST_KEYS = 1000


def install() -> None:
    @override(glue, "_batch_get_partition")
    def batch_get_partition(request: dict[str, Any]) -> Response:
        key = f"{request.get('DatabaseName')}/{request.get('TableName')}"
        if key not in glue._tables:
            return error_response("EntityNotFoundException", f"Table {key.replace('/', '.')} not found.", 400)
        asked = [tuple(entry.get("Values", [])) for entry in request.get("PartitionsToGet", [])]
        if len(asked) > MOST_KEYS:
            return error_response("InvalidInputException", f"PartitionsToGet holds more than {MOST_KEYS} keys", 400)
        known = {tuple(partition["Values"]): partition for partition in glue._partitions.get(key, [])}
        found = [known[values] for values in asked if values in known]
        return json_response({"Partitions": found, "UnprocessedKeys": []})
