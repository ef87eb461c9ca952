"""The laptop edition keeps what it has: restored before it answers, written while it runs, gone on with when it is up.

Objects and records are written by the plug-ins of their services, before whoever wrote them has an answer. The rest is
the state of MiniStack's services (`services.py`), and executions.
"""

import logging
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

from ministack import app

from local import control, processes, settings
from local.keeping import place, registry, services
from local.keeping.calls import Effect, effect
from local.keeping.saver import names_of, saver
from local.keeping.store import CannotKeep

logger = logging.getLogger("cellflow")

Handler = Callable[..., Awaitable[Any]]
UP_SECONDS = 60


def install() -> None:
    check_port()
    restore()
    for service, handler in app.SERVICE_HANDLERS.items():
        app.SERVICE_HANDLERS[service] = _keeping(service, handler)

    @control.route("keep")
    def keep(_method: str, _body: bytes) -> tuple[int, Any]:
        """Write all that changed, now."""
        saver().flush(of_all=True)
        return 200, {}

    saver().start()


def check_port() -> None:
    """What is deployed, and the links of its mails, name the port. Raises CannotKeep for another one."""
    known = place.store().get("store", "port")
    if known not in (None, settings.port()):
        raise CannotKeep(
            f"What is kept in {place.folder()} was made with port {known}: set CELLFLOW_PORT={known}, or let "
            "`make reset` forget it."
        )
    place.store().write({("store", "port"): settings.port()})


def restore() -> None:
    began = time.monotonic()
    services.restore()
    for work in registry.restoring:
        work()
    logger.info("found what was kept in %.1f s", time.monotonic() - began)


def go_on() -> None:
    """As soon as the emulator answers: tell the events that were not told, run on the executions that ran."""
    threading.Thread(target=_go_on, name="going-on", daemon=True).start()


def _go_on() -> None:
    deadline = time.monotonic() + UP_SECONDS
    while not processes.port_in_use(settings.HOST, settings.port()):
        if time.monotonic() > deadline:
            logger.error("port %s did not answer within %s s: nothing goes on", settings.port(), UP_SECONDS)
            return
        time.sleep(0.05)
    for work in registry.going_on:
        work()


def _keeping(service: str, handler: Handler) -> Handler:
    names = names_of(service)

    async def handle(method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any]) -> Any:
        answer = await handler(method, path, headers, body, query)
        what = effect(service, method, path, headers, body, query)
        if what is Effect.AT_ONCE:
            saver().save(*names)
        elif what is Effect.LATER:
            saver().touch(*names)
        return answer

    return handle


def freeze() -> None:
    """The emulator is about to end: what cannot outlast it stands still from here, and goes on at the next start."""
    saver().flush()
    for work in registry.freezing:
        work()


def shutdown() -> None:
    saver().close()
