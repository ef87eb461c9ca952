"""Rights that roles have and did not use so far: for a person to look at. Some are for what happens rarely."""

from typing import Any

from ministack.core.iam_evaluator import fnmatch_iam, fnmatch_iam_cs, parse_policy_document
from ministack.services import iam

from local.iam import calls


def unused() -> list[dict[str, str]]:
    """Each role, action and resource of an Allow in a role's own policies that no allowed call came by."""
    made = [call for call in calls.noted() if call["allowed"]]
    return [
        {"role": name, "action": action, "resource": resource}
        for name, role in sorted(iam._roles.items())
        for action, resource in granted(role)
        if not any(covers(name, action, resource, call) for call in made)
    ]


def granted(role: dict[str, Any]) -> list[tuple[str, str]]:
    statements = [
        statement
        for document in (role.get("InlinePolicies") or {}).values()
        for statement in parse_policy_document(document)
        if statement.effect == "Allow"
    ]
    return [(action, resource) for each in statements for action in each.actions for resource in each.resources]


def covers(role: str, action: str, resource: str, call: dict[str, Any]) -> bool:
    matches = fnmatch_iam(call["action"], action) and fnmatch_iam_cs(call["resource"], resource)
    return bool(matches and call["principal"] == role)
