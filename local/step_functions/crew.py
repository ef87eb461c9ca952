"""Threads that work through jobs side by side."""

import contextvars
import threading
from collections.abc import Callable, Iterable

from local.step_functions.errors import Stopped
from local.step_functions.scope import Scope

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

    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True) for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scope.close()
    parent.check()
    if errors:
        raise errors[0]
