"""Time that passes at once: work runs one piece at a time, and when all of it waits, the clock jumps to the next alarm.

Each piece of work has a thread, of which one runs; it hands on to the next where it waits. So the order is the same in
every run, and a million pauses cost no time.
"""

import contextvars
import gc
import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from local.step_functions import timing

Work = Callable[[], object]


class Thread:
    """A thread of the machine that waits for its turn."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.turn.acquire()
        self.work: Work | None = None


class Waiting:
    """A thread that waits for an event or a time, whichever comes first."""

    def __init__(self, thread: Thread) -> None:
        self.thread = thread
        self.is_over = False


class SimulatedTime:
    """A `timing.Timing`; `run` is called by the thread that owns it."""

    def __init__(self, beginning: datetime = datetime(2026, 1, 1, tzinfo=timezone.utc)) -> None:
        self.seconds = 0.0
        self._beginning = beginning
        self._ready: deque[Thread] = deque()
        self._alarms: list[tuple[float, int, Waiting | list[Work]]] = []
        self._numbers = itertools.count()
        self._idle: list[Thread] = []
        self._running = Thread()
        self._owner = self._running
        self._stuck = False

    def run(self, *works: Work) -> None:
        """Run all of them to their ends."""
        token = timing.current.set(self)
        size = threading.stack_size(256 * 1024)
        # Thousands of histories that all live on: looking through them for garbage takes a third of the time.
        gc.disable()
        try:
            for wait in [self.start(work) for work in works]:
                wait()
        finally:
            timing.current.reset(token)
            threading.stack_size(size)
            gc.enable()
            for thread in self._idle:
                thread.work = None
                thread.turn.release()

    def now(self) -> datetime:
        return self._beginning + timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        self.event().wait(seconds)

    def event(self) -> "SimulatedEvent":
        return SimulatedEvent(self)

    def start(self, work: Work) -> Work:
        ended = self.event()
        context = contextvars.copy_context()

        def run() -> None:
            try:
                context.run(work)
            finally:
                ended.set()

        self._begin(run)
        return ended.wait

    def after(self, seconds: float, work: Work) -> Work:
        held = [work]
        self._set_alarm(seconds, held)
        return held.clear

    def places(self, count: int) -> "Places":
        return Places(self, count)

    def wait(self, waiters: list[Waiting], seconds: float | None) -> None:
        """Let others run until one of the waiters is woken or the time is over."""
        me = self._running
        waiting = Waiting(me)
        waiters.append(waiting)
        if seconds is not None:
            self._set_alarm(seconds, waiting)
        self._hand_on(self._next(), me)
        if self._stuck:
            raise RuntimeError(f"all work waits for what never comes, {self.seconds:.0f} s into the simulation")
        if waiting in waiters:
            waiters.remove(waiting)

    def wake(self, waiters: list[Waiting]) -> None:
        for waiting in waiters:
            if not waiting.is_over:
                waiting.is_over = True
                self._ready.append(waiting.thread)
        waiters.clear()

    def _set_alarm(self, seconds: float, for_whom: Waiting | list[Work]) -> None:
        heapq.heappush(self._alarms, (self.seconds + seconds, next(self._numbers), for_whom))

    def _begin(self, work: Work) -> None:
        if self._idle:
            thread = self._idle.pop()
        else:
            thread = Thread()
            threading.Thread(target=self._live, args=(thread,), daemon=True).start()
        thread.work = work
        self._ready.append(thread)

    def _live(self, thread: Thread) -> None:
        while True:
            thread.turn.acquire()
            if thread.work is None:
                return
            thread.work()
            thread.work = None
            self._idle.append(thread)
            following = self._next()
            self._running = following
            following.turn.release()

    def _hand_on(self, following: Thread, me: Thread) -> None:
        if following is me:
            return
        self._running = following
        following.turn.release()
        me.turn.acquire()

    def _next(self) -> Thread:
        """Whose turn it is; the owner's where nothing is left to do."""
        while not self._ready:
            if not self._alarms:
                self._stuck = True
                return self._owner
            at, _, whom = heapq.heappop(self._alarms)
            if isinstance(whom, list):
                if whom:
                    self.seconds = at
                    self._begin(whom[0])
            elif not whom.is_over:
                whom.is_over = True
                self.seconds = at
                self._ready.append(whom.thread)
        return self._ready.popleft()


class SimulatedEvent:
    """As `threading.Event`."""

    __slots__ = ("_is_set", "_time", "_waiters")

    def __init__(self, time: SimulatedTime) -> None:
        self._time = time
        self._is_set = False
        self._waiters: list[Waiting] = []

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True
        self._time.wake(self._waiters)

    def clear(self) -> None:
        self._is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        if not self._is_set:
            self._time.wait(self._waiters, timeout)
        return self._is_set


class Places:
    """As `threading.Semaphore`."""

    def __init__(self, time: SimulatedTime, count: int) -> None:
        self.count = count
        self.taken = 0
        self.freed = time.event()

    def __enter__(self) -> None:
        while self.taken >= self.count:
            self.freed.clear()
            self.freed.wait()
        self.taken += 1

    def __exit__(self, *_error: object) -> None:
        self.taken -= 1
        self.freed.set()
