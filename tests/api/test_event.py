"""The registry of events, by the words and ids of ``event --list``."""

from __future__ import annotations

import pytest

from vsh.api import event

WORDS = {
    "domain": [
        "lifecycle",
        "reboot",
        "rtc-change",
        "watchdog",
        "io-error",
        "graphics",
        "io-error-reason",
        "control-error",
        "block-job",
        "disk-change",
        "tray-change",
        "pm-wakeup",
        "pm-suspend",
        "balloon-change",
        "pm-suspend-disk",
        "device-removed",
        "block-job-2",
        "tunable",
        "agent-lifecycle",
        "device-added",
        "migration-iteration",
        "job-completed",
        "device-removal-failed",
        "metadata-change",
        "block-threshold",
        "memory-failure",
        "memory-device-size-change",
        "nic-mac-change",
        "vcpu-removed",
        "channel-lifecycle",
    ],
    "network": ["lifecycle", "metadata-change"],
    "pool": ["lifecycle", "refresh"],
    "node_device": ["lifecycle", "update"],
    "secret": ["lifecycle", "value-changed"],
}


@pytest.mark.parametrize("family", WORDS)
def test_words_in_the_order_of_their_ids(family: str) -> None:
    kinds = event.family(family)
    assert [kind.word for kind in kinds] == WORDS[family]
    assert [kind.id for kind in kinds] == list(range(len(kinds)))
    for kind in kinds:
        assert event.by_word(family, kind.word) is kind
        assert event.by_id(family, kind.id) is kind


def test_unknown_ones() -> None:
    assert event.by_word("domain", "nonsense") is None
    assert event.by_id("domain", 99) is None


def test_an_event_is_a_record() -> None:
    told = event.BalloonChange("d", 1024)
    assert told.actual == 1024
    assert told.callback is None
    assert (told.family, told.word, told.id) == ("domain", "balloon-change", 13)
