"""The emulator's routes that AWS does not have, as tests call them."""

import json
from typing import Any
from urllib.request import Request, urlopen

# As long as clients of AWS wait: the emulator may be busy.
SECONDS = 60


def control(url: str, method: str, route: str, body: Any = None) -> Any:
    """Call a route of the emulator at `url`; gives its answer."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{url}/_cellflow/{route}", data=data, method=method), timeout=SECONDS) as answer:
        return json.load(answer)
