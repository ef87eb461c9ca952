"""MiniStack with the plug-ins, on this machine's loopback address only: `python -m local.emulator`."""

import asyncio
import logging
import os
import signal
import sys
from typing import Any

from local import control, plugins, processes, settings


def prepare_environment() -> None:
    """Set what MiniStack and its children read from the environment; MiniStack reads most of it when imported."""
    for name in settings.FOREIGN_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(settings.aws_environment())
    os.environ.update(
        GATEWAY_PORT=str(settings.port()),
        MINISTACK_HOST=settings.HOST,
        MINISTACK_REGION=settings.REGION,
        # Where MiniStack has what it writes itself: the code of functions.
        STATE_DIR=str(settings.data_dir()),
        S3_DATA_DIR=str(settings.data_dir() / "buckets"),
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        # MiniStack's own switch.
        AUTH="true" if settings.iam_enforced() else "false",
        SFN_WAIT_SCALE=str(settings.wait_scale()),
        # The SDK warns of the Node that runs here, which is not the one of the deployed functions.
        NODE_NO_WARNINGS="1",
    )


def build_app() -> control.Application:
    """The ASGI application: MiniStack, our plug-ins and our own routes."""
    from ministack.app import app

    from local.metering.requests import with_counts

    installed = plugins.install_all()

    @control.route("health")
    def health(_method: str, _body: bytes) -> tuple[int, Any]:
        return 200, {"status": "running", "pid": os.getpid(), "plugins": installed}

    return control.with_routes(with_counts(app) if settings.meter_enabled() else app)


async def serve() -> None:
    """Serve until SIGTERM or SIGINT."""
    app = build_app()
    # After MiniStack's import, which changes Hypercorn's defaults.
    from hypercorn.asyncio import serve as serve_asgi
    from hypercorn.config import Config

    from local.keeping import plugin as keeping

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        # Before anything of it ends, and what runs on it fails.
        keeping.freeze()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)

    config = Config()
    config.bind = [f"{settings.HOST}:{settings.port()}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.shutdown_timeout = 5
    config.backlog = 512
    config.loglevel = "WARNING"
    keeping.go_on()
    await serve_asgi(app, config, shutdown_trigger=stop.wait)


def shut_down() -> None:
    """End everything that was started on behalf of the emulated services."""
    from ministack.core import lambda_runtime

    plugins.shutdown_all()
    lambda_runtime.reset()
    processes.stop_descendants(os.getpid(), grace_seconds=3)


def main() -> None:
    from local.keeping.store import CannotKeep

    prepare_environment()
    settings.mail_dir().mkdir(parents=True, exist_ok=True)
    if processes.port_in_use(settings.HOST, settings.port()):
        sys.exit(f"Port {settings.port()} is in use: stop what listens there, or set CELLFLOW_PORT to another port.")
    code = 0
    try:
        asyncio.run(serve())
    except CannotKeep as problem:
        print(problem, file=sys.stderr)
        code = 1
    finally:
        shut_down()
        logging.shutdown()
        # Threads of executions that still wait must not keep the process alive.
        os._exit(code)


if __name__ == "__main__":
    main()
