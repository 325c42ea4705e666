"""Waiting for events: which are taken, when a wait ends, and how that is told."""

from __future__ import annotations

import re
from typing import Any

import pytest
from slot_driver import SlotDriver

from vsh.api import event as events
from vsh.api.connection import Connection
from vsh.api.domain import Domain
from vsh.api.listening import Watch
from vsh.cli.session import Session
from vsh.commands._waiting import follow, stamp
from vsh.commands.events._texts import domain_event_text
from vsh.errors import NoSupport

LIFECYCLE = events.by_id("domain", 0)
REBOOT = events.by_id("domain", 1)


class Script(SlotDriver):
    """A driver that knows the first kinds of events only, and delivers what it is told to."""

    def __init__(self, *told: Any, known: int = 20) -> None:
        super().__init__()
        self.told = list(told)
        self.known = known
        self.gone: list[int] = []

    def connect_domain_event_callback_register_any(
        self, connection: Any, event: int, domain: Any
    ) -> int:
        if event >= self.known:
            raise NoSupport("virConnectDomainEventRegisterAny")
        return 100 + event

    def connect_domain_event_callback_deregister_any(self, connection: Any, number: int) -> None:
        self.gone.append(number)

    def next_event(self, timeout: float | None = None) -> Any:
        if not self.told:
            return None
        told = self.told.pop(0)
        if isinstance(told, BaseException):
            raise told
        return told


def happening(kind: Any, *values: Any, callback: int | None = None) -> Any:
    """An event as a driver gives it."""
    made = kind(Domain(None, "web", "u", 1), *values)
    made.callback = 100 + kind.id if callback is None else callback
    return made


def waiting(driver: Script, kinds: Any) -> Watch:
    return Connection(driver, "test:///default").watch(*(kind.word for kind in kinds))


def told(driver: Script, kinds: Any, **options: bool) -> tuple[str, Session]:
    """What ``event`` prints for the driver's events, and the session afterwards."""
    session = Session()
    options = {"loop": False, "timestamp": False, "timeout": 5} | options
    documents = follow(session, waiting(driver, kinds), domain_event_text, **options)
    return "".join(
        document.text
        if hasattr(document, "shape") or isinstance(document.text, str)
        else document.text() + "\n"
        for document in documents
    ), session


def test_the_first_event_ends_the_wait() -> None:
    driver = Script(happening(LIFECYCLE, 5, 1), happening(LIFECYCLE, 2, 0))
    text, session = told(driver, [LIFECYCLE])
    assert text == "event 'lifecycle' for domain 'web': Stopped Destroyed\nevents received: 1\n"
    assert session.status is None
    assert driver.gone == [100]


def test_a_loop_goes_on_until_time_is_up() -> None:
    driver = Script(happening(LIFECYCLE, 5, 1), happening(REBOOT))
    text, session = told(driver, [LIFECYCLE, REBOOT], loop=True)
    assert text.splitlines() == [
        "event 'lifecycle' for domain 'web': Stopped Destroyed",
        "event 'reboot' for domain 'web'",
        "event loop timed out",
        "events received: 2",
    ]
    assert session.status is None
    assert sorted(driver.gone) == [100, 101]


def test_no_event_is_a_failure() -> None:
    text, session = told(Script(), [LIFECYCLE])
    assert text == "event loop timed out\nevents received: 0\n"
    assert session.status == 1


def test_ctrl_c_ends_the_wait_and_deregisters() -> None:
    driver = Script(KeyboardInterrupt())
    text, session = told(driver, [LIFECYCLE], loop=True)
    assert text == "event loop interrupted\nevents received: 0\n"
    assert session.status == 1
    assert driver.gone == [100]


def test_events_of_other_registrations_are_not_taken() -> None:
    driver = Script(happening(LIFECYCLE, 0, 0, callback=7), happening(LIFECYCLE, 1, 0))
    text, _ = told(driver, [LIFECYCLE])
    assert text.startswith("event 'lifecycle' for domain 'web': Undefined Removed\n")


def test_kinds_that_an_old_daemon_does_not_know_are_left_out() -> None:
    driver = Script(happening(REBOOT), known=3)
    text, _ = told(driver, events.family("domain"))
    assert text == "event 'reboot' for domain 'web'\nevents received: 1\n"
    assert sorted(driver.gone) == [100, 101, 102]


def test_an_event_that_cannot_be_had_is_an_error() -> None:
    with pytest.raises(NoSupport):
        waiting(Script(known=0), [LIFECYCLE])


def test_a_lost_connection_is_an_error_and_not_the_end_of_time() -> None:
    from vsh.errors import SystemFailure

    driver = Script(SystemFailure("End of file while reading data: Input/output error"))
    with pytest.raises(SystemFailure):
        told(driver, [LIFECYCLE])


def test_a_stamp_is_put_before_each_event() -> None:
    driver = Script(happening(LIFECYCLE, 2, 0))
    text, _ = told(driver, [LIFECYCLE], timestamp=True)
    before, _, after = text.partition(": event ")
    assert after.startswith("'lifecycle' for domain 'web': Started Booted\n")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\+0000", before)
    assert stamp(1769860800123456789) == "2026-01-31 12:00:00.123+0000"


def test_events_as_data() -> None:
    driver = Script(happening(LIFECYCLE, 2, 0))
    watch = waiting(driver, [LIFECYCLE])
    first, last = follow(
        Session(), watch, domain_event_text, timeout=5, loop=False, timestamp=False
    )
    data = first.data()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", str(data.pop("time")))
    assert data.pop("uuid")
    assert data.pop("sequence") == 1
    assert data == {"event": "lifecycle", "domain": "web", "change": "started", "detail": "booted"}
    assert last.text() == "events received: 1"


EVENT = "either --list or --event <type> is required"
MALFORMED = "Numeric value 'x' for <timeout> option is malformed or out of range"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("net-event --timeout x", EVENT),
        ("net-event --network nosuch --timeout 1", EVENT),
        ("pool-event --pool nosuch", EVENT),
        ("secret-event --timeout x --secret nosuch", EVENT),
        ("nodedev-event --device nosuch", EVENT),
        ("net-event --event bogus --timeout x", "unknown event type bogus"),
        ("pool-event --event x --pool nosuch", "unknown event type x"),
        ("net-event --event lifecycle --timeout x --network nosuch", MALFORMED),
        ("event --timeout x", "one of --list, --all, or --event <type> is required"),
        ("event --event foo --timeout x", "unknown event type foo"),
        ("event --all --timeout x --domain nosuch", MALFORMED),
        ("event --all --domain nosuch", "failed to get domain 'nosuch'"),
        ("event --all --domain ''", "Failed to get option 'domain': Option argument is empty"),
        ("qemu-monitor-event --timeout x --domain nosuch", MALFORMED),
        ("await nosuch --condition foo --timeout x", "Unsupported await condition name 'foo'"),
        ("await nosuch --condition domain-inactive --timeout x", MALFORMED),
        ("await '' --condition ''", "Failed to get option 'condition': Option argument is empty"),
    ],
)
def test_what_is_looked_at_first(run: Any, line: str, message: str) -> None:
    """First whether there is something to wait for, then for how long, then of what."""
    status, out, err = run("-q", "-c", "test:///default", line)
    assert (status, out, err) == (1, "", f"error: {message}\n")


@pytest.mark.parametrize("line", ["net-event --timeout x", "pool-event --pool nosuch --event ''"])
def test_a_list_looks_at_nothing_else(run: Any, line: str) -> None:
    status, out, err = run("-q", "-c", "test:///default", f"{line} --list")
    assert (status, out.split()[0], err) == (0, "lifecycle", "")
