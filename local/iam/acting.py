"""What services do in the name of a role: its credentials, and whether it may.

State machines, jobs, crawlers, queries and rules run inside the emulator, where nothing signs a request. Their calls
are asked about here, as IAM would be: by the role's policies and those of the resource.
"""

import functools
import hashlib
from collections.abc import Mapping
from typing import Any

import boto3
from ministack.core import iam_evaluator
from ministack.services import sts

from local import settings

_VARIABLES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


class MissingRight(Exception):
    """A role may not do what is done in its name; the message is in AWS's words."""


def session(role_arn: str, name: str) -> dict[str, str]:
    """Credentials of a role, as variables of an SDK's environment. They do not end: on AWS they are renewed in time."""
    account, role = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    digest = hashlib.sha256(f"{role_arn}:{name}".encode()).hexdigest()
    key, secret, token = f"ASIA{digest[:16].upper()}", f"secret{digest}", f"token{digest}"
    if key not in sts._sessions:
        sts.register_session(
            key,
            {
                "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}",
                "UserId": f"{role}:{name}",
                "SecretAccessKey": secret,
                "SessionToken": token,
            },
        )
    return dict(zip(_VARIABLES, (key, secret, token), strict=True))


def credentials(role_arn: str, name: str) -> dict[str, str]:
    """What a process that acts as a role finds in its environment: nothing of its own where rights are not enforced."""
    return session(role_arn, name) if settings.iam_enforced() else {}


def client(service: str, known: Mapping[str, str]) -> Any:
    """An SDK client that acts with what `credentials` gave, or with the emulator's own where that is nothing."""
    return _client(service, settings.endpoint(), *(known.get(name) for name in _VARIABLES))


# To make one takes a tenth of a second, and threads may share it. There are a few roles.
@functools.lru_cache(maxsize=64)
def _client(service: str, endpoint: str, key: str | None, secret: str | None, token: str | None) -> Any:
    session: Any = boto3.Session(key, secret, token)
    return session.client(service, endpoint_url=endpoint, region_name=settings.REGION)


def require(role_arn: str, name: str, action: str, resource: str, **context: Any) -> None:
    """Do nothing where a role may do something, or where rights are not enforced.

    Raises MissingRight otherwise, which names role, action and resource.
    """
    if not settings.iam_enforced():
        return
    key = session(role_arn, name)["AWS_ACCESS_KEY_ID"]
    service = action.partition(":")[0]
    denied = iam_evaluator.enforce(key, action, service, settings.REGION, resource, context)
    if denied is not None:
        who = getattr(denied, "principal_arn", "") or role_arn
        raise MissingRight(f"User: {who} is not authorized to perform: {action} on resource: {resource}")


def require_all(role_arn: str, name: str, *rights: tuple[str, str]) -> None:
    """`require` for pairs of action and resource."""
    for action, resource in rights:
        require(role_arn, name, action, resource)


def object_arn(bucket: str, key: str = "") -> str:
    """The ARN of an object, or of a bucket."""
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
