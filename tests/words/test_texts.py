"""Words for libvirt's numbers, as users write and read them."""

from __future__ import annotations

import pytest

from vsh.words import Enumeration
from vsh.words.domain import document, guest
from vsh.words.network import IPAddrType, NetworkUpdateCommand, NetworkUpdateSection
from vsh.words.pool import StoragePoolState
from vsh.words.secret import SecretUsageType
from vsh.words.volume import StorageVolType, StorageVolWipeAlgorithm


@pytest.mark.parametrize(
    ("enumeration", "found"),
    [
        (IPAddrType, "ipv4 ipv6"),
        (NetworkUpdateCommand, "none modify delete add-last add-first"),
        (
            NetworkUpdateSection,
            """none bridge domain ip ip-dhcp-host ip-dhcp-range forward forward-interface forward-pf
            portgroup dns-host dns-txt dns-srv""",
        ),
        (StoragePoolState, "inactive building running degraded inaccessible"),
        (SecretUsageType, "none volume ceph iscsi tls vtpm"),
        (StorageVolType, "file block dir network netdir ploop"),
        (
            StorageVolWipeAlgorithm,
            "zero nnsa dod bsi gutmann schneier pfitzner7 pfitzner33 random trim",
        ),
        (guest.DomainInterfaceAddressesSource, "lease agent arp"),
        (document.DomainMetadataType, "description title element"),
    ],
)
def test_members_as_users_write_them(enumeration: type[Enumeration], found: str) -> None:
    assert enumeration.words() == tuple(found.split())


def test_the_order_is_that_of_the_numbers() -> None:
    class Shuffled(Enumeration, prefix="VIR_"):
        LAST_ONE = 2
        FIRST = 0
        SECOND = 1

    assert Shuffled.words() == ("first", "second", "last-one")


class Two(Enumeration, prefix="VIR_"):
    FIRST = 0, "a"
    SECOND = 1, "b"


@pytest.mark.parametrize(("number", "found"), [(0, "a"), (1, "b"), (2, "unknown"), (-1, "unknown")])
def test_a_number_newer_than_this_program(number: int, found: str) -> None:
    assert Two.word_of(number) == found
    assert Two.word_of(9, "unsupported value") == "unsupported value"
