"""EventBridge rules call functions asynchronously: two more attempts after an error, then the failure destination."""

import json
import logging
from typing import Any

from ministack.services import eventbridge, lambda_svc

from local.overriding import override

logger = logging.getLogger("cellflow")


def install() -> None:
    @override(eventbridge, "_dispatch_to_lambda")
    def dispatch_to_lambda(arn: str, payload: str) -> None:
        function, config, name = lambda_svc._get_func_record_for_ref(arn)
        if not function or not config:
            logger.warning("EventBridge found no function %s", name)
            return
        event: Any = json.loads(payload)
        lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), event)
