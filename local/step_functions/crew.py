"""Threads that work through jobs side by side."""

import threading
from collections.abc import Callable, Iterable

from local.step_functions.errors import Stopped
from local.step_functions.scope import Scope
from local.step_functions.timing import timing

Job = Callable[[Scope], None]


def run_crew(parent: Scope, jobs: Iterable[Job], limit: int) -> None:
    """Run jobs with at most `limit` at once. The first error calls the others off and is raised when all have left."""
    scope = Scope(parent)
    waiting = list(jobs)
    workers = min(limit, len(waiting))
    waiting.reverse()
    lock = threading.Lock()
    errors: list[BaseException] = []

    def work() -> None:
        while not scope.cancelled:
            with lock:
                if not waiting:
                    return
                job = waiting.pop()
            own = Scope(scope)
            try:
                job(own)
            except Stopped:
                pass
            except BaseException as error:
                with lock:
                    errors.append(error)
                scope.cancel()
            finally:
                own.close()

    for wait in [timing().start(work) for _ in range(workers)]:
        wait()
    scope.close()
    parent.check()
    if errors:
        raise errors[0]
