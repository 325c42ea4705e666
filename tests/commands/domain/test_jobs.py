"""Jobs that take their time: what the commands say of them, and the bandwidths that they take."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from vsh.acts.block_job import CANCELED, COMPLETED, BlockJob
from vsh.api.job import Job, Progress
from vsh.cli.session import Session
from vsh.commands.domain._block_jobs import (
    FAILED,
    NO_BANDWIDTH,
    bandwidth,
    check_waiting,
    followed,
    job_word,
    kept,
    pivoted,
)
from vsh.commands.domain._jobs import show_progress, watched
from vsh.errors import CommandError, InvalidArgument, OperationFailed
from vsh.output.document import Said

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def session() -> Session:
    made = Session()
    made.screen.out, made.screen.err = io.StringIO(), io.StringIO()
    return made


class Ending(BlockJob):
    """A job that is half done, and then ends with a status, or with Ctrl-C."""

    def __init__(self, status: int | None) -> None:
        self.aborted: list[tuple[str, int]] = []
        domain = SimpleNamespace(block_job_abort=lambda *given: self.aborted.append(given))
        super().__init__(domain, "vda")  # type: ignore[arg-type]
        self.ends = status

    def __iter__(self) -> Iterator[Progress]:
        yield Progress(5, 10)
        if self.ends is None:
            self.abort()
            raise KeyboardInterrupt
        self.status = self.ends


def said(session: Session, job: BlockJob, *, verbose: bool = False) -> list[str]:
    def end() -> Any:
        return Said("\nPull complete")

    documents = followed(session, job, "Block Pull", "Pull", end, verbose=verbose)
    return [document.text() for document in documents]  # type: ignore[operator]


def test_progress_is_shown_where_it_is_asked_for(session: Session) -> None:
    assert said(session, Ending(COMPLETED), verbose=True) == ["\nPull complete"]
    assert session.screen.err.getvalue() == (  # type: ignore[attr-defined]
        "Block Pull: [50.00 %]\nBlock Pull: [100.00 %]\n"
    )
    assert session.status is None


@pytest.mark.parametrize(
    ("status", "text"),
    [(None, "\nPull aborted"), (CANCELED, "\nPull aborted"), (FAILED, "\nPull failed")],
)
def test_a_job_that_did_not_end_well_is_a_failure(
    session: Session, status: int | None, text: str
) -> None:
    assert said(session, Ending(status), verbose=True) == [text]
    assert session.screen.err.getvalue() == "Block Pull: [50.00 %]\n"  # type: ignore[attr-defined]
    assert session.status == 1


def test_pivot_and_finish() -> None:
    job = Ending(COMPLETED)
    assert pivoted(job).text() == "\nSuccessfully pivoted"  # type: ignore[operator]
    assert kept(job, "Done").text() == "\nDone"  # type: ignore[operator]
    assert job.aborted == [("vda", 2), ("vda", 0)]


@pytest.mark.parametrize(
    ("text", "in_bytes", "value"),
    [
        (None, False, 0),
        ("5", False, 5),
        ("5M", False, 5),
        ("5M", True, 5 << 20),
        ("-1", True, 2**64 - 1),
    ],
)
def test_bandwidths(text: str | None, in_bytes: bool, value: int) -> None:
    given = NO_BANDWIDTH if text is None else bandwidth.convert(text, "bandwidth")
    assert given.value(bytes=in_bytes) == value


def test_what_is_no_bandwidth() -> None:
    for text in ("", "x", "-x", "9" * 30):
        with pytest.raises(CommandError, match=r"Scaled numeric value .* for <--bandwidth>"):
            bandwidth.convert(text, "bandwidth")
    with pytest.raises(CommandError) as refused:
        bandwidth.convert("5x", "bandwidth")
    assert isinstance(refused.value.__cause__, InvalidArgument)


def test_options_of_a_wait() -> None:
    check_waiting("--finish", blocking=True, verbose=True, asynchronous=True)
    with pytest.raises(CommandError, match="--verbose requires at least one of"):
        check_waiting("--finish", blocking=False, verbose=True, asynchronous=False)
    with pytest.raises(CommandError, match=r"--async requires .* or --finish"):
        check_waiting("--finish", blocking=False, verbose=False, asynchronous=True)


def test_words_of_jobs() -> None:
    assert job_word(3) == "Block Commit"
    assert job_word(99) == "Unknown job"


@pytest.mark.parametrize(
    ("remaining", "total", "text"), [(0, 1, "100.00"), (1, 10**6, "99.99"), (5, 8, "37.50")]
)
def test_progress(session: Session, remaining: int, total: int, text: str) -> None:
    show_progress(session, "Save", Progress(remaining, total))
    assert session.screen.err.getvalue() == f"Save: [{text} %]\n"  # type: ignore[attr-defined]


def test_a_job_that_fails(session: Session) -> None:
    def work() -> None:
        raise OperationFailed("no space")

    guest: Any = SimpleNamespace()
    with pytest.raises(OperationFailed):
        watched(session, Job(guest, work), "Save", verbose=True)
    assert session.screen.err.getvalue() == ""  # type: ignore[attr-defined]
    assert watched(session, Job(guest, lambda: 5), "Save", verbose=True) == 5
    assert session.screen.err.getvalue() == "Save: [100.00 %]\n"  # type: ignore[attr-defined]
