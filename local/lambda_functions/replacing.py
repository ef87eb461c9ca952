"""Processes of a function that is changed or deleted: an invocation in flight ends in its own, as on AWS.

MiniStack ends them all at once, and with them what they do.
"""

from collections.abc import Iterable
from typing import Any

from ministack.core import lambda_runtime as runtime
from ministack.services import lambda_svc

from local.overriding import original, override

# To be ended when their invocation has. Guarded by the lock of MiniStack's pool.
_outgoing: set[Any] = set()


def install() -> None:
    @override(runtime, "kill_workers")
    def kill_workers(workers: Iterable[Any]) -> None:
        workers = [worker for worker in workers if worker is not None]
        with runtime._lock:
            busy = {worker for worker in workers if worker.in_use}
            _outgoing.update(busy)
        original(kill_workers)([worker for worker in workers if worker not in busy])

    def release_worker(worker: Any) -> None:
        original(release_worker)(worker)
        with runtime._lock:
            is_outgoing = worker in _outgoing
            _outgoing.discard(worker)
        if is_outgoing:
            original(kill_workers)([worker])

    # Each has it by a name of its own.
    override(runtime, "release_worker")(release_worker)
    override(lambda_svc, "release_worker")(release_worker)

    @override(runtime, "reset")
    def reset() -> None:
        """All is over: nothing in flight is waited for."""
        with runtime._lock:
            for worker in [*_outgoing, *(worker for entries in runtime._workers.values() for worker in entries)]:
                worker.in_use = False
            outgoing = list(_outgoing)
            _outgoing.clear()
        kill_workers(outgoing)
        original(reset)()
