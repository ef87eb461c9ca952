"""Lambda function URLs that this machine can reach: MiniStack answers by path, but gives out AWS's host names."""

from typing import Any

from ministack.services import lambda_svc

from local import settings
from local.overriding import original, override

PATH = "/_aws/lambda-url/"


def install() -> None:
    @override(lambda_svc, "_create_function_url_config")
    def create_function_url_config(func_name: str, data: dict[str, Any], qualifier: str | None) -> Any:
        before = set(lambda_svc._function_urls)
        response = original(create_function_url_config)(func_name, data, qualifier)
        key = lambda_svc._url_config_key(func_name, qualifier)
        if response[0] >= 400 or key in before:
            return response
        config = lambda_svc._function_urls[key]
        config["FunctionUrl"] = f"{settings.endpoint()}{PATH}{lambda_svc._function_url_id(config['FunctionUrl'])}/"
        return lambda_svc.json_response(config, status=201)

    @override(lambda_svc, "_function_url_id")
    def function_url_id(url: str) -> str:
        _, found, rest = url.partition(PATH)
        return rest.split("/", 1)[0] if found else original(function_url_id)(url)
