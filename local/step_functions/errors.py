"""How a state or an execution ends other than with success."""

from ministack.services.stepfunctions import _ExecutionError as StateError

# Errors that `States.ALL` does not match.
TERMINAL = ("States.Runtime", "States.DataLimitExceeded")


class Stopped(BaseException):
    """This line of work was called off (aborted, timed out, or a sibling failed): leave without a trace.

    A BaseException, so that no handler of errors takes it for one.
    """


def runtime_error(cause: str) -> StateError:
    return StateError("States.Runtime", cause)


__all__ = ["TERMINAL", "StateError", "Stopped", "runtime_error"]
