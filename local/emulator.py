"""MiniStack with the plug-ins, on this machine's loopback address only: `python -m local.emulator`."""

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from local import control, plugins, processes, settings, variables


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


class Server(uvicorn.Server):
    """Ends when it is told to, not by signals of its own: those are for the whole process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve() -> None:
    """Serve until SIGTERM or SIGINT."""
    app = build_app()
    from local.keeping import plugin as keeping

    # Parsed by `httptools` where there is one for the machine: half of the processor time of a request.
    server = Server(
        uvicorn.Config(
            app,
            host=settings.HOST,
            port=settings.port(),
            loop="none",
            ws="none",
            lifespan="on",
            interface="asgi3",
            backlog=512,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
            log_config=None,
            log_level="warning",
            access_log=False,
            # MiniStack says both itself, and reads who asks.
            proxy_headers=False,
            server_header=False,
            date_header=False,
            # What a request sets, such as its account, is no other's.
            reset_contextvars=True,
        )
    )
    loop = asyncio.get_running_loop()

    def end() -> None:
        # Before anything of it ends, and what runs on it fails.
        keeping.freeze()
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    keeping.go_on()
    spare_collector()
    await server.serve()


def spare_collector() -> None:
    """Let the garbage collector leave alone what is there for good, which it went through whenever a query was read."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def shut_down() -> None:
    """End everything that was started on behalf of the emulated services."""
    from ministack.core import lambda_runtime

    plugins.shutdown_all()
    lambda_runtime.reset()
    processes.stop_descendants(os.getpid(), grace_seconds=3)


def main() -> None:
    from local.keeping.store import CannotKeep

    try:
        settings.check_variables()
    except variables.UnusableVariable as problem:
        sys.exit(str(problem))
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
