"""What a read-only connection must not do."""

from __future__ import annotations

import pytest

import vsh
from vsh.errors import OperationDenied


@pytest.fixture
def looking():
    """A read-only connection."""
    with vsh.connect("test:///default", readonly=True) as connection:
        yield connection


def test_looking_is_allowed(looking):
    domain = looking.list_all_domains(0)[0]
    assert domain.get_state(0).state == 1
    assert "<name>test</name>" in domain.get_xml_desc(0)
    assert looking.get_capabilities()


@pytest.mark.parametrize(
    ("call", "values", "api"),
    [
        ("suspend", (), "virDomainSuspend"),
        ("destroy_flags", (0,), "virDomainDestroyFlags"),
        ("snapshot_create_xml", ("<x", 1), "virDomainSnapshotCreateXML"),
        ("set_memory", (1,), "virDomainSetMemory"),
        ("get_hostname", (0,), "virDomainGetHostname"),
        ("get_vcpus_flags", (8,), "virDomainGetVcpusFlags"),
        ("interface_addresses", (1, 0), "virDomainInterfaceAddresses"),
        ("get_launch_security_info", (0,), "virDomainGetLaunchSecurityInfo"),
    ],
)
def test_changing_is_not(looking, call, values, api):
    domain = looking.domain("test")
    with pytest.raises(OperationDenied) as caught:
        getattr(domain, call)(*values)
    assert caught.value.message == f"operation forbidden: read only access prevents {api}"


def test_secrets_are_not_shown(looking):
    with pytest.raises(OperationDenied) as caught:
        looking.domain("test").get_xml_desc(1)
    assert caught.value.message == "operation forbidden: virDomainGetXMLDesc with secure flag"


def test_addresses_of_the_lease_file_are(looking):
    assert looking.domain("test").interface_addresses(0, 0)[0].name == "testnet0"
