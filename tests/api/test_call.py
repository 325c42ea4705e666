"""A stub is a method, a slot and a request."""

from __future__ import annotations

from typing import Any

import pytest
from slot_driver import SlotDriver

from vsh.api.connection import Connection
from vsh.api.domain import Domain
from vsh.api.domain.records import StateAndReason
from vsh.api.snapshot import Snapshot
from vsh.api.types import TypedParams
from vsh.errors import Error, NoSupport, OperationDenied

UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"


class Answering(SlotDriver):
    """Answers a few calls and remembers what it was asked."""

    uri = "test:///default"

    def __init__(self) -> None:
        super().__init__("test:///default")
        self.asked: list[Any] = []
        self.closed = False

    def domain_get_state(self, domain: Domain, flags: int) -> StateAndReason:
        self.asked.append((domain.name, flags))
        return StateAndReason(1, 5)

    def domain_lookup_by_name(self, connection: Connection, name: str) -> Domain:
        return Domain(connection, name, UUID, 1)

    def connect_list_all_domains(self, connection: Connection, flags: int) -> list[Domain]:
        self.asked.append(flags)
        return [Domain(connection, "test", UUID, 1)]

    def domain_list_all_snapshots(self, domain: Domain, flags: int) -> list[Snapshot]:
        return [Snapshot(domain.connection, "s1", domain)]

    def domain_snapshot_create_xml(self, domain: Domain, xml: str, flags: int) -> Snapshot:
        return Snapshot(domain.connection, xml, domain)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def connection() -> Connection:
    return Connection(Answering())


def test_a_call_reaches_the_driver_with_its_defaults(connection: Connection) -> None:
    domain = connection.domain("test")
    assert domain.get_state() == StateAndReason(1, 5)
    assert domain.get_state(flags=3) == StateAndReason(1, 5)
    assert connection.driver.asked == [("test", 0), ("test", 3)]


def test_an_answer_unpacks_like_a_tuple(connection: Connection) -> None:
    state, reason = connection.domain("test").get_state()
    assert (state, reason) == (1, 5)


@pytest.mark.parametrize(
    ("args", "kwargs", "reason"),
    [
        ((), {}, "misses the value of 'xml_desc'"),
        (("<a/>", 0, 1), {}, "takes 2 values but 3 were given"),
        (("<a/>",), {"flag": 1}, "has no value called 'flag'"),
    ],
)
def test_wrong_values_are_a_type_error(
    connection: Connection, args: tuple[Any, ...], kwargs: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TypeError, match=reason):
        connection.domain("test").snapshot_create_xml(*args, **kwargs)


def test_what_the_driver_has_no_method_for(connection: Connection) -> None:
    with pytest.raises(NoSupport) as caught:
        connection.domain("test").suspend()
    assert str(caught.value) == (
        "this function is not supported by the connection driver: virDomainSuspend"
    )


def test_flags_that_exclude_each_other(connection: Connection) -> None:
    domain = connection.domain("test")
    with pytest.raises(Error) as caught:
        domain.snapshot_create_xml("<domainsnapshot/>", 1 | 8)
    assert str(caught.value) == (
        "Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and 'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' "
        "are mutually exclusive"
    )
    with pytest.raises(Error) as caught:
        domain.snapshot_create_xml("<domainsnapshot/>", 2)
    assert str(caught.value) == (
        "Flag 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' is required by flag "
        "'VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT'"
    )
    assert domain.snapshot_create_xml("<domainsnapshot/>", 3).name == "<domainsnapshot/>"


def test_read_only(connection: Connection) -> None:
    domain = connection.domain("test")
    connection.driver.readonly = True
    assert domain.get_state() == StateAndReason(1, 5)
    with pytest.raises(OperationDenied, match="prevents virDomainSnapshotCreateXML"):
        domain.snapshot_create_xml("<domainsnapshot/>")


def test_many_calls_at_once(connection: Connection) -> None:
    domain = connection.domain("test")
    state, failed = connection.many([domain.get_state.request(), domain.suspend.request()])
    assert state == StateAndReason(1, 5)
    assert isinstance(failed, NoSupport)


def test_conveniences(connection: Connection) -> None:
    assert connection.uri == "test:///default"
    assert connection.readonly is False
    (domain,) = connection.domains(2)
    assert connection.driver.asked == [2]
    (snapshot,) = domain.snapshots()
    assert snapshot.domain is domain
    assert snapshot.connection is connection
    with connection as same:
        assert same is connection
    assert connection.driver.closed


def test_objects_are_equal_by_what_identifies_them(connection: Connection) -> None:
    running, off = Domain(connection, "a", UUID, 5), Domain(connection, "a", UUID, -1)
    assert running == off
    assert len({running, off}) == 1
    assert running != Domain(connection, "b", UUID, 5)
    assert running != "a"
    assert repr(off) == f"Domain(name='a', uuid='{UUID}', id=-1)"
    with pytest.raises(TypeError, match="Domain takes 3 values, not 1"):
        Domain(connection, "a")


def test_records() -> None:
    record = StateAndReason(1, 2)
    assert repr(record) == "StateAndReason(state=1, reason=2)"
    assert record != StateAndReason(1, 3)
    assert record != (1, 2)
    with pytest.raises(TypeError, match="StateAndReason takes 2 values, not 1"):
        StateAndReason(1)


def test_typed_parameters() -> None:
    params = TypedParams().set("cpu_shares", "ullong", 1024)
    assert params == {"cpu_shares": 1024}
    assert params.types == {"cpu_shares": "ullong"}
    with pytest.raises(ValueError, match="unknown parameter type 'number'"):
        params.set("x", "number", 1)


def test_a_stream_needs_a_driver(connection: Connection) -> None:
    stream = connection.stream()
    with pytest.raises(NoSupport, match=r"virStreamRecv$"):
        stream.receive()
    with pytest.raises(NoSupport, match=r"virStreamFinish$"):
        stream.finish()
    with connection.stream():
        pass  # nothing was opened: nothing to finish
