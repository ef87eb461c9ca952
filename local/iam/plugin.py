"""Rights enforced, with CELLFLOW_IAM=1: MiniStack's evaluator, with what it does not ask about, and a record of it all.

`GET /_cellflow/rights` shows every call with its principal and the answer; `DELETE` forgets those that were denied.
"""

import contextvars
import logging
from typing import Any

from ministack import app
from ministack.core import iam_actions, iam_evaluator
from ministack.services import eventbridge, lambda_svc, sns, sts

from local import control, settings
from local.iam import acting, calls, resources, unused
from local.overriding import original, override, rewrite

logger = logging.getLogger("cellflow.iam")


def let_sessions_begin_at_once() -> None:
    """Executions and functions begin theirs in many threads; each looks for some that expired."""
    rewrite(sts, "_evict_expired_sessions", ("in _sessions.items()", "in list(_sessions.items())"))


def install() -> None:
    if not settings.iam_enforced():
        return
    # The loopback stands for the TLS that the buckets' and topics' policies ask for.
    iam_evaluator._request_origin = contextvars.ContextVar("cellflow_origin", default=(settings.HOST, True))

    let_sessions_begin_at_once()

    # Query parameters are told apart by case: a report link's own `signature` is none of AWS's.
    @override(iam_evaluator, "_signature_attempted")
    def signature_attempted(authorization: str, query_params: dict[str, Any]) -> bool:
        others = {name: value for name, value in (query_params or {}).items() if name != "signature"}
        return original(signature_attempted)(authorization, others)

    override(app, "pin_request_origin")(lambda _source, _secure: None)
    control.route("rights")(answer)
    control.route("rights/unused")(lambda _method, _body: (200, unused.unused()))

    @override(iam_evaluator, "enforce")
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        if not resource_arn:
            # About nothing that there is: the service itself says so.
            return None
        denied = original(enforce)(access_key_id, iam_action, service, region, resource_arn, service_context)
        note(access_key_id, iam_action, resource_arn, denied)
        for action, also in along(iam_action, resource_arn):
            denied = denied or enforce(access_key_id, action, action.partition(":")[0], region, also)
        return denied

    @override(iam_actions, "extract_resource_arn")
    def extract_resource_arn(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, *others: Any
    ) -> str:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        named = resources.of_request(service, action, body)
        found: str = original(extract_resource_arn)(service, method, path, headers, body, *others)
        return found if named is None else named

    @override(eventbridge, "_invoke_target")
    def invoke_target(target: dict[str, Any], event: dict[str, Any], rule: dict[str, Any], view: Any = None) -> Any:
        if may_reach(target, rule):
            return original(invoke_target)(target, event, rule, view)
        return None


def answer(method: str, _body: bytes) -> tuple[int, Any]:
    if method == "DELETE":
        calls.forget_denied()
    return 200, calls.noted()


def note(access_key_id: str, action: str, resource: str, denied: Any) -> None:
    identity = iam_evaluator.resolve_caller_identity(access_key_id) or {}
    arn = str(identity.get("userArn") or "anonymous")
    calls.note(calls.Call(calls.name_of(arn), action, resource, denied is None))
    if denied is not None:
        logger.warning("%s may not %s on %s: %s", arn, action, resource, denied)


def along(action: str, resource: str) -> list[tuple[str, str]]:
    """What a call takes beside its own right: of the key that a topic is encrypted with, of what contains a table."""
    if action == "sns:Publish":
        topic = sns._topic_by_arn_any_scope(resource) or {}
        key = topic.get("attributes", {}).get("KmsMasterKeyId")
        return [("kms:GenerateDataKey", key), ("kms:Decrypt", key)] if key else []
    return [(action, place) for place in resources.above(resource)[:1]] if action.startswith("glue:") else []


def may_reach(target: dict[str, Any], rule: dict[str, Any]) -> bool:
    """Whether a rule may hand an event on: by its role to a state machine, by the function's policy to a function."""
    arn = str(target.get("Arn", ""))
    if ":states:" in arn:
        try:
            acting.require(str(target["RoleArn"]), "events", "states:StartExecution", arn)
        except acting.MissingRight:
            return False
    if ":function:" in arn:
        policy, _owner = lambda_svc.function_policy_for_arn(arn) or ("", None)
        context = iam_evaluator.EvalContext(
            principal_arn="*",
            principal_type="Service",
            principal_account="",
            action="lambda:InvokeFunction",
            resource_arn=arn,
            region=settings.REGION,
            service_context={"aws:sourcearn": rule.get("Arn", ""), "aws:sourceaccount": settings.ACCOUNT},
        )
        judged = iam_evaluator.evaluate_resource_policy(policy, context, service="events.amazonaws.com")
        allowed = bool(judged.decision == "Allow")
        calls.note(calls.Call("events.amazonaws.com", "lambda:InvokeFunction", arn, allowed))
        return allowed
    return True
