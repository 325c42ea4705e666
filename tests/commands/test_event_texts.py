"""The texts of ``event``: one for every kind, as virsh words them."""

from __future__ import annotations

from typing import Any

import pytest

from vsh.api import event as events
from vsh.api.domain import Domain
from vsh.api.network import Network
from vsh.api.secret import Secret
from vsh.api.types import TypedParams
from vsh.commands._waiting import simple_text
from vsh.commands.events._texts import domain_event_text

WEB = Domain(None, "web", "00000000-0000-4000-8000-000000000001", 1)

TEXTS: dict[str, tuple[tuple[Any, ...], str]] = {
    "lifecycle": ((5, 1), ": Stopped Destroyed"),
    "reboot": ((), ""),
    "rtc-change": ((-3600,), ": -3600"),
    "watchdog": ((6,), ": inject-nmi"),
    "io-error": (("/a", "vda", 1), ": /a (vda) pause"),
    "graphics": (
        (
            2,
            events.Address(0, "h", "1"),
            events.Address(2, "", "/s"),
            "none",
            [events.Identity("user", "me")],
        ),
        ": disconnect local[IPv4 h 1] remote[unix  /s] none\n\tuser=me",
    ),
    "io-error-reason": (("/a", "vda", 2, "enospc"), ": /a (vda) report due to enospc"),
    "control-error": ((), ""),
    "block-job": (("/a", 4, 3), ": Active Block Commit for /a ready"),
    "disk-change": (("/a", None, "cd0", 0), " disk cd0: /a -> <null>: changed"),
    "tray-change": (("cd0", 1), " disk cd0: closed"),
    "pm-wakeup": ((), ""),
    "pm-suspend": ((), ""),
    "balloon-change": ((1024,), ": 1024KiB"),
    "pm-suspend-disk": ((), ""),
    "device-removed": (("net0",), ": net0"),
    "block-job-2": (("vda", 1, 0), ": Block Pull for vda completed"),
    "tunable": (
        (
            TypedParams()
            .set("a", "ullong", 7)
            .set("b", "boolean", 1)
            .set("c", "double", 0.5)
            .set("d", "string", "x"),
        ),
        ":\n\ta: 7\n\tb: 1\n\tc: 0.5\n\td: x",
    ),
    "agent-lifecycle": ((1, 2), ": state: 'connected' reason: 'channel event'"),
    "device-added": (("net0",), ": net0"),
    "migration-iteration": ((3,), ": iteration: '3'"),
    "job-completed": ((TypedParams(),), ":"),
    "device-removal-failed": (("net0",), ": net0"),
    "metadata-change": ((2, None), ": type element, uri <null>"),
    "block-threshold": (("vda", None, 5, 6), ": dev: vda(<null>) 5 6"),
    "memory-failure": (
        (1, 2, 1),
        ":\nrecipient: guest\naction: fatal\nflags:\n\taction required: 1\n\trecursive: 0",
    ),
    "memory-device-size-change": (("dimm0", 64), ":\nalias: dimm0\nsize: 64"),
    "nic-mac-change": (("net0", "a", "b"), ":\nalias: net0\noldMAC: a\nnewMAC: b"),
    "vcpu-removed": ((3,), ": vcpu 3"),
    "channel-lifecycle": (
        ("c", 2, 0),
        ": channel name: 'c' state: 'disconnected' reason: 'unknown'",
    ),
}


def made(kind: type[events.Event], values: tuple[Any, ...]) -> events.Event:
    """An event of that kind of the domain "web", with these other fields."""
    rest = iter(values)
    fields = [
        WEB if name == "domain" else 0 if name == "reason" and not values else next(rest)
        for name in kind.fields
    ]
    return kind(*fields)


@pytest.mark.parametrize("kind", events.family("domain"), ids=lambda kind: kind.word)
def test_text(kind: type[events.Event]) -> None:
    values, text = TEXTS[kind.word]
    assert domain_event_text(made(kind, values)) == f"event '{kind.word}' for domain 'web'{text}\n"


def test_numbers_that_are_newer_than_this_program() -> None:
    lifecycle = events.by_word("domain", "lifecycle")
    watchdog = events.by_word("domain", "watchdog")
    assert lifecycle is not None
    assert watchdog is not None
    assert domain_event_text(lifecycle(WEB, 99, 0)).endswith(": unknown unknown\n")
    assert domain_event_text(lifecycle(WEB, 5, 99)).endswith(": Stopped unknown\n")
    assert domain_event_text(watchdog(WEB, -1)).endswith(": unknown\n")


def test_texts_of_other_objects() -> None:
    network = Network(None, "default", "u")
    secret = Secret(None, "00000000-0000-4000-8000-000000000002", 1, "x")
    of_network = simple_text("network", "name")
    of_secret = simple_text("secret", "uuid")
    assert of_network(events.NetworkLifecycle(network, 2, 0)) == (
        "event 'lifecycle' for network default: Started\n"
    )
    assert of_network(events.NetworkMetadataChange(network, 1, None)) == (
        "event 'metadata-change' for network default: type title, uri <null>\n"
    )
    assert of_secret(events.SecretValueChanged(secret)) == (
        f"event 'value-changed' for secret {secret.uuid}\n"
    )
