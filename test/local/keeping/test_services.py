"""How the state of services is looked at while they run."""

from collections.abc import Iterator

import pytest

from local.keeping import services
from local.keeping.store import pack


@pytest.mark.parametrize(("broken", "told"), [(4, []), (5, ["the state of sns could not be read"])])
def test_a_state_that_changes_while_it_is_looked_at_is_looked_at_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, broken: int, told: list[str]
) -> None:
    looks: list[str] = []

    def entries(name: str) -> Iterator[tuple[str, services.Packed]]:
        looks.append(name)
        yield "first", pack(1)
        if len(looks) <= broken:
            raise RuntimeError("dictionary changed size during iteration")
        yield "second", pack(2)

    monkeypatch.setattr(services, "_entries", entries)
    found = services.changes(["sns"])

    assert [key for _, key in found] == ([] if told else ["first", "second"])
    assert caplog.messages == told
