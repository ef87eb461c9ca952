"""What a query fails with, worded as Athena words it."""

# Athena's error categories: the service's fault, or the user's.
SYSTEM, USER = 1, 2

_USER_ERRORS = {
    "SYNTAX_ERROR",
    "TABLE_NOT_FOUND",
    "SCHEMA_NOT_FOUND",
    "COLUMN_NOT_FOUND",
    "INVALID_VIEW",
    "FUNCTION_NOT_FOUND",
    "TYPE_MISMATCH",
    "INVALID_PARAMETER_USAGE",
    "INVALID_CAST_ARGUMENT",
    "INVALID_FUNCTION_ARGUMENT",
    "DIVISION_BY_ZERO",
    "EXPRESSION_NOT_AGGREGATE",
    "NOT_SUPPORTED",
}


class QueryFailed(Exception):
    """The state FAILED; `str()` is the StateChangeReason."""

    def __init__(self, name: str, message: str, position: tuple[int, int] | None = None) -> None:
        self.name = name
        self.detail = message
        self.position = position
        where = f"line {position[0]}:{position[1]}: " if position else ""
        super().__init__(f"{name}: {where}{message}")

    @property
    def category(self) -> int:
        return USER if self.name in _USER_ERRORS else SYSTEM


class MalformedQuery(Exception):
    """Text that is no statement: Athena refuses it at submission."""

    def __init__(self, message: str, position: tuple[int, int] = (1, 1)) -> None:
        super().__init__(f"line {position[0]}:{position[1]}: {message}")


class QueryCancelled(Exception):
    """The state CANCELLED; `str()` is the StateChangeReason."""


class ScanLimitExceeded(QueryCancelled):
    """More was read than the workgroup allows for one query."""

    def __init__(self) -> None:
        super().__init__("Bytes scanned limit was exceeded")
