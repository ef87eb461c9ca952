"""Where a line of states stands: what a redrive needs to go on at the unsuccessful state.

Frames form a tree: a Parallel or Map state's frame holds one frame a branch or iteration.
"""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Frame:
    """Position in one sequence of states; `entered` is the id of the event by which the state was entered."""

    state: str
    input: Any
    entered: int = 0
    done: bool = False
    output: Any = None
    parts: list["Frame"] = field(default_factory=list)
    map_run: str | None = None

    def plain(self) -> dict[str, Any]:
        """The tree in plain values, as it is kept."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**own, "parts": [part.plain() for part in self.parts]}

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> "Frame":
        return cls(**{**plain, "parts": [cls.of_plain(part) for part in plain["parts"]]})

    def advance(self, state: str, value: Any) -> None:
        self.state, self.input = state, value
        self.entered = 0
        self.reset_parts()

    def reset_parts(self) -> None:
        """Forget what ran inside the state: it starts anew."""
        self.parts = []
        self.map_run = None

    def finish(self, output: Any) -> None:
        self.done = True
        self.output = output
        self.input = None
        self.reset_parts()
