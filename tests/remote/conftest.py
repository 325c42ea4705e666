"""A log of the procedures that a run called, and its table at the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vsh.api._call import BoundCall
from vsh.errors import Error, RpcError
from vsh.rpc.codec import wire

if TYPE_CHECKING:
    from vsh.api._call import Call

UNREADABLE = ("Unable to decode message payload", "Unable to encode message payload")
TOURS = pytest.StashKey[list["Tour"]]()
TIMES = pytest.StashKey[list[tuple[str, ...]]]()


class Tour:
    """What came back from each call to one daemon.

    outcomes   "answered", or the name of the error, by call: the best of several
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.outcomes: dict[Call, str] = {}

    def ask(self, bound: BoundCall, *values: Any) -> Any:
        """Make a call; its answer, or None where the daemon refuses.

        Raises where the answer could not be read, or could not have been sent as it is.
        """
        call, target, values = bound.request(*values)
        try:
            answer = target.connection.driver.call(call, target, values)
        except RpcError as error:
            assert not str(error).startswith(UNREADABLE), f"{call}: {error}"
            return self._refused(call, error)
        except Error as error:
            return self._refused(call, error)
        self.outcomes[call] = "answered"
        returned = call.stub.__annotations__["return"]
        if returned not in ("None", "File", "Files") and not wire(call).probe:
            payload, _ = wire(call).encode_ret(answer)
            assert wire(call).decode_ret(target.connection, payload) == answer, call
        return answer

    def _refused(self, call: Call, error: Error) -> None:
        assert target_is_there(error), f"{call}: the connection is lost: {error}"
        self.outcomes.setdefault(call, f"{type(error).__name__}: {error}")

    @property
    def answered(self) -> int:
        return sum(outcome == "answered" for outcome in self.outcomes.values())


def target_is_there(error: Error) -> bool:
    """Whether an error is the daemon's answer, not the end of the link."""
    return not any(
        text in str(error)
        for text in ("client socket is closed", "End of file while reading", "Cannot recv data")
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TOURS] = []
    config.stash[TIMES] = []


@pytest.fixture
def tours(request: pytest.FixtureRequest) -> list[Tour]:
    return request.config.stash[TOURS]


@pytest.fixture
def tour(request: pytest.FixtureRequest, tours: list[Tour]) -> Tour:
    """The log of a test; it is shown at the end of the run."""
    tours.append(Tour(request.node.name))
    return tours[-1]


@pytest.fixture
def times(request: pytest.FixtureRequest) -> list[tuple[str, ...]]:
    """Rows of calls and seconds to show at the end of the run."""
    return request.config.stash[TIMES]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for row in config.stash[TIMES]:
        terminalreporter.line(f"{row[0]:48} " + "  ".join(f"{cell:>12}" for cell in row[1:]))
    tours = config.stash[TOURS]
    if not tours:
        return
    terminalreporter.section("procedures called")
    for tour in tours:
        refused = len(tour.outcomes) - tour.answered
        terminalreporter.line(
            f"{tour.name}: {len(tour.outcomes)} called, {tour.answered} answered, {refused} refused"
        )
    every = {call for tour in tours for call in tour.outcomes}
    for call in sorted(every, key=lambda call: (call.program, call.number)):
        cells = [f"{tour.outcomes.get(call, '-'):70.70}" for tour in tours]
        terminalreporter.line(f"{call.program:6} {call.number:3} {call.slot:45} {' '.join(cells)}")
