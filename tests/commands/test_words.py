"""Words for libvirt's numbers: those of the enumerations, and the tables that have others."""

from __future__ import annotations

from typing import Any

import pytest

from vsh.commands import _waiting
from vsh.commands._words import word, words
from vsh.commands.events import _texts
from vsh.commands.monitor import domblkerror, domcontrol, dommemstat
from vsh.words import Enumeration
from vsh.words import event as events
from vsh.words.domain import block, document, guest, memory, state
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
def test_members_as_users_write_them(enumeration: type, found: str) -> None:
    assert words(enumeration) == tuple(found.split())


def test_the_order_is_that_of_the_numbers() -> None:
    class Shuffled(Enumeration, prefix="VIR_"):
        LAST_ONE = 2
        FIRST = 0
        SECOND = 1

    assert words(Shuffled) == ("first", "second", "last-one")


@pytest.mark.parametrize(("number", "found"), [(0, "a"), (1, "b"), (2, "unknown"), (-1, "unknown")])
def test_a_number_newer_than_this_program(number: int, found: str) -> None:
    assert word(("a", "b"), number) == found
    assert word((), number, "unsupported value") == "unsupported value"


def last(enumeration: type) -> int:
    return max(value for name, value in vars(enumeration).items() if name.isupper())


DETAILS = (
    events.DomainEventDefinedDetailType,
    events.DomainEventUndefinedDetailType,
    events.DomainEventStartedDetailType,
    events.DomainEventSuspendedDetailType,
    events.DomainEventResumedDetailType,
    events.DomainEventStoppedDetailType,
    events.DomainEventShutdownDetailType,
    events.DomainEventPMSuspendedDetailType,
    events.DomainEventCrashedDetailType,
)
TABLES: list[tuple[Any, type]] = [
    (_waiting.LIFECYCLES["domain"], events.DomainEventType),
    (_waiting.LIFECYCLES["network"], events.NetworkEventLifecycleType),
    (_waiting.LIFECYCLES["pool"], events.StoragePoolEventLifecycleType),
    (_waiting.LIFECYCLES["node_device"], events.NodeDeviceEventLifecycleType),
    (_waiting.LIFECYCLES["secret"], events.SecretEventLifecycleType),
    *zip(_waiting.DETAILS, DETAILS, strict=True),
    (_texts.WATCHDOG, events.DomainEventWatchdogAction),
    (_texts.IO_ERROR, events.DomainEventIOErrorAction),
    (_texts.GRAPHICS_PHASES, events.DomainEventGraphicsPhase),
    (_texts.GRAPHICS_ADDRESSES, events.DomainEventGraphicsAddressType),
    (_texts.BLOCK_JOBS, block.DomainBlockJobType),
    (_texts.BLOCK_JOB_STATES, events.DomainEventBlockJobStatus),
    (_texts.DISK_CHANGES, events.DomainEventDiskChangeReason),
    (_texts.TRAY_CHANGES, events.DomainEventTrayChangeReason),
    (_texts.CONNECTED, events.DomainEventAgentLifecycleState),
    (_texts.CONNECTED_REASONS, events.DomainEventAgentLifecycleReason),
    (_texts.FAILURE_RECIPIENTS, events.DomainMemoryFailureRecipientType),
    (_texts.FAILURE_ACTIONS, events.DomainMemoryFailureActionType),
    (dommemstat.WORDS, memory.DomainMemoryStatTags),
    (domcontrol.STATES, state.DomainControlState),
    (domcontrol.REASONS, state.DomainControlErrorReason),
    (domblkerror.ERRORS, block.DomainDiskErrorCode),
]


@pytest.mark.parametrize(
    ("table", "enumeration"), TABLES, ids=[enumeration.__name__ for _, enumeration in TABLES]
)
def test_every_number_has_its_word(table: tuple[str, ...], enumeration: type) -> None:
    assert len(table) == last(enumeration) + 1
