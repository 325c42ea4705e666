"""``complete`` answers as virsh 12.8.0 does, whatever vsh itself offers at that place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.cli import parse
from vsh.commands._virsh_completers import NOTHING, OPTIONS, OTHERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

FORMATS = "none raw dir bochs cloop dmg iso vpc vdi fat vhd ploop cow qcow qcow2 qed vmdk"
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        # a number: the other options, not the one that was just given
        ("blkdeviotune test --size-iops-sec ", None),
        ("domtime test --time ", "--now --pretty --sync"),
        ("domstate ", "--domain --reason"),
        ("domstate --domain ", "test"),
        ("domname --domain ", UUID),
        ("pool-name --pool ", "default-pool"),
        # a text that nothing completes, and a name of a file, which the shell knows
        ("attach-disk test --serial ", ""),
        ("domrename test --new-name ", ""),
        ("create --file ", ""),
        ("blockcopy test --dest ", ""),
        # no completer at all
        ("iface-unbridge --bridge ", "--no-start"),
        ("domiflist test --", "--inactive"),
        ("vcpupin test --cpulist ", "0 1 2 3 4 5 6 7"),
        ("vcpupin test --vcpu ", "0 1"),
        ("setvcpu test --vcpulist ", "0 1"),
        ("nodecpustats --cpu ", "0 2 4"),
        ("freepages --pagesize ", "4KiB 8KiB 2MiB 1GiB"),
        ("blockcommit test --top ", "vda"),
        ("domifannounce test --interface ", "testnet0"),
        ("dompmwakeup --domain ", ""),
        ("vol-create-as default-pool --format ", FORMATS),
        ("attach-disk test --io ", "default native threads io_uring"),
        ("attach-disk test --targetbus ", "none ide fdc scsi virtio xen usb uml sata sd nvme"),
        ("domdisplay test --type ", "sdl vnc rdp desktop spice egl-headless dbus"),
        ("domif-setlink test --interface ", "testnet0"),
    ],
)  # fmt: skip
def test_the_words_are_virshs(run: Callable[..., Result], line: str, words: str | None) -> None:
    typed = line.split(" ")
    status, out, err = run("-c", "test:///default", "complete", "--", *typed, program="virsh")
    found = out.split()
    assert err == ""
    if words is None:
        assert found
        assert set(found).isdisjoint(typed)
        return
    assert sorted(found) == sorted(words.split())
    assert status == (0 if words else 1)


def test_every_exception_is_one_of_an_option() -> None:
    named = [(name, option) for table in (NOTHING, OPTIONS) for name in table
             for option in table[name].split()]  # fmt: skip
    for name, option in (*named, *(key.split() for key in OTHERS)):
        command = parse.find(name)
        assert command is not None, name
        assert option in command.by_name, f"{name} has no --{option}"
