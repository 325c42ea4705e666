"""vsh as a library: connections, pipelines and events, on the in-memory hypervisor."""

from __future__ import annotations

import pytest

import vsh
from vsh.errors import NoDomain, NoNetwork


@pytest.fixture
def connection() -> vsh.Connection:
    with vsh.connect("test:///default") as opened:
        yield opened


def test_objects_lead_to_objects(connection: vsh.Connection) -> None:
    domain = connection.domain("test")
    assert [each.name for each in connection.domains()] == ["test"]
    domain.snapshot_create_xml("<domainsnapshot><name>s1</name></domainsnapshot>")
    assert [each.name for each in domain.snapshots()] == ["s1"]
    assert domain.snapshot("s1").get_xml_desc().startswith("<domainsnapshot>")


def test_a_pipeline_answers_at_its_end(connection: vsh.Connection) -> None:
    domain = connection.domain("test")
    with connection.pipeline() as calls:
        state = calls(domain.get_state)
        name = calls(connection.get_hostname)
        lost = calls(connection.domain_lookup_by_name, "nosuch")
        with pytest.raises(RuntimeError, match="has not run"):
            _ = state.value
    assert list(state.value) == [1, 0]
    assert name.value
    assert isinstance(lost.error, NoDomain)
    with pytest.raises(NoDomain):
        _ = lost.value


def test_a_pipeline_that_fails_while_it_is_built_sends_nothing(connection: vsh.Connection) -> None:
    domain = connection.domain("test")

    def build() -> None:
        with connection.pipeline() as calls:
            calls(domain.suspend)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert domain.get_state().state == 1


def test_events_are_iterated(connection: vsh.Connection) -> None:
    domain = connection.domain("test")
    quiet = list(connection.events("lifecycle", "reboot", of=domain, timeout=0.2))
    assert quiet == []  # nobody did anything
    with vsh.connect("test:///default") as other:
        registered = other.domain_event_callback_register_any(0)
        other.domain("test").suspend()
        event = other.next_event(1)
        assert event is not None
        assert (event.word, event.event, event.callback) == ("lifecycle", 3, registered)


def test_an_iteration_ends_its_registration(connection: vsh.Connection) -> None:
    domain = connection.domain("test")
    listening = connection.events("lifecycle", timeout=1)
    domain.suspend()  # before the iteration begins: not seen
    steps = [domain.resume, domain.suspend]
    seen = []
    import threading

    threading.Timer(0.2, steps[0]).start()
    for event in listening:
        seen.append(event.event)
        break
    listening.close()
    domain.suspend()
    assert seen == [4]
    assert connection.next_event(0.05) is None


def test_a_word_that_is_no_event(connection: vsh.Connection) -> None:
    with pytest.raises(ValueError, match="'bogus' is no event of domain"):
        connection.events("bogus")


def test_a_name_may_look_like_a_uuid() -> None:
    name = "11111111-2222-3333-4444-555555555555"
    with vsh.connect("test:///default") as connection:
        connection.network_define_xml(f"<network><name>{name}</name></network>")
        connection.storage_pool_define_xml(
            f"<pool type='dir'><name>{name}</name><target><path>/p</path></target></pool>"
        )
        assert connection.networks[name].name == name
        assert connection.pools[name].name == name
        assert connection.networks.get("99" + name[2:]) is None
        with pytest.raises(NoNetwork, match="no network with matching name"):
            connection.networks["99" + name[2:]]
