"""Worlds: shared or not, fresh after the last connection, with libvirt's default contents."""

from __future__ import annotations

import subprocess
import sys

import vsh
from vsh.drivers.test.hypervisor import Hypervisor


def test_default_connections_share_a_world():
    with vsh.connect("test:///default") as one, vsh.connect("test:///default") as two:
        one.domain("test").suspend()
        assert two.domain("test").get_state(0).state == 3


def test_the_world_ends_with_its_last_connection():
    with vsh.connect("test:///default") as one:
        one.domain("test").destroy()
    with vsh.connect("test:///default") as fresh:
        assert fresh.domain("test").get_state(0).state == 1


def test_the_default_domain(domain):
    assert (domain.name, domain.id) == ("test", 1)
    assert domain.uuid == "6695eb01-f6a4-8304-79aa-97f2502e193f"
    assert domain.get_info().maxMem == 8388608
    assert "<target dev='testnet0'/>" in domain.get_xml_desc(0)
    assert domain.get_xml_desc(0).startswith("<domain type='test' id='1'>\n")
    assert domain.get_xml_desc(2).startswith("<domain type='test'>\n")


def test_facts_and_document_agree(domain):
    before = domain.get_info()
    domain.get_xml_desc(0)
    after = domain.get_info()
    assert list(before)[:4] == list(after)[:4]


def test_what_else_is_there(connection):
    assert [one.name for one in connection.list_all_networks(0)] == ["default"]
    assert [one.name for one in connection.list_all_storage_pools(0)] == ["default-pool"]
    assert [one.name for one in connection.list_all_interfaces(0)] == ["eth1"]
    assert [one.name for one in connection.list_all_node_devices(0)] == [
        "computer",
        "scsi_host1",
        "scsi_host2",
        "scsi_host11",
    ]


def test_states_need_no_documents():
    """A listing and a state must not pay for lxml, typing and the like."""
    program = (
        "import sys, vsh\n"
        "c = vsh.connect('test:///default')\n"
        "c.list_all_domains(0); c.domain_lookup_by_name('test').get_state(0); "
        "c.domain_lookup_by_id(1).get_info()\n"
        "heavy = {'lxml', 'typing', 're', 'enum', 'dataclasses', 'threading', 'json', 'socket'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    found = subprocess.run(
        [sys.executable, "-S", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=vsh.__path__[0] + "/..",
    )
    assert found.stdout == "[]\n"


def test_a_path_is_needed(refused):
    for uri in ("test:///", "test://"):
        assert refused(vsh.connect, uri) == (
            "invalid argument: testOpen: supply a path or use test:///default"
        )


def test_host_cpus_are_the_product_of_the_topology():
    assert Hypervisor().host_cpus() == 16


def test_a_document_read_late_does_not_undo_what_was_done_before(connection, domain):
    xml = (
        "<domain type='test'><name>test</name><uuid>{}</uuid><title>new</title>"
        "<memory>1024</memory><os><type>hvm</type></os></domain>"
    )
    connection.domain_define_xml(xml.format(domain.uuid))
    assert "<title>" not in domain.get_xml_desc(0)
    assert "<title>new</title>" in domain.get_xml_desc(2)


def test_a_document_read_while_the_guest_is_off(domain):
    domain.destroy()
    domain.set_metadata(1, "title", None, None, 0)
    domain.create()
    domain.destroy()
    assert domain.get_metadata(1, None, 0) == "title"


def test_the_default_document_is_what_would_be_written(connection, domain):
    """It is shown without having been read: what reading and writing makes of it is the same."""
    shown = {flags: domain.get_xml_desc(flags) for flags in (0, 1, 2, 3, 8)}
    with connection.driver.hypervisor.guests.query(domain) as guest:
        assert guest.unread
        assert guest.definition is not None
        assert not guest.unread
    assert {flags: domain.get_xml_desc(flags) for flags in shown} == shown
    domain.destroy()
    assert domain.get_xml_desc(0) == shown[2]


def test_the_default_domain_is_shown_without_lxml():
    program = (
        "import sys, vsh; c = vsh.connect('test:///default'); d = c.domain('test');"
        "d.get_xml_desc(0); d.get_messages(0); d.get_info(); d.get_security_label();"
        "print('lxml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "False\n"
