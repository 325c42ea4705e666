"""What is checked first, and how a wrong value is refused: 12.8.0's answers, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Result

REFUSED = [
    ("freecell --cellno -1", ["startCell in virNodeGetCellsFreeMemory must be zero or greater"]),
    (
        "attach-disk test /img vdq --rawio",
        [
            "Failed to attach disk",
            "unsupported configuration: rawio can be used only with device='lun'",
        ],
    ),
    (
        "attach-disk test /img vdq --rawio --type lun",
        [
            "Failed to attach disk",
            "unsupported configuration: disk device='lun' is only valid for block type disk source",
        ],
    ),
    (
        "setmem test '1 G'",
        [
            "Scaled numeric value '1 G' for <size> option is malformed or out of range",
            "invalid argument: unknown suffix ' G'",
        ],
    ),
    (
        "setmaxmem test '1 G'",
        [
            "Scaled numeric value '1 G' for <size> option is malformed or out of range",
            "invalid argument: unknown suffix ' G'",
        ],
    ),
    (
        "blockresize test vda '1 G'",
        [
            "Scaled numeric value '1 G' for <size> option is malformed or out of range",
            "invalid argument: unknown suffix ' G'",
        ],
    ),
    ("send-key test --codeset usb 1", ["internal error: invalid keycode 1 of usb codeset"]),
    (
        "nodecpustats --cpu -3",
        [
            "Unable to get number of cpu stats",
            "cpuNum in virNodeGetCPUStats only accepts -1 as a negative value",
        ],
    ),
    (
        "attach-disk test /img vdq --throttle-groups nogroup",
        ["Failed to attach disk", "XML error: throttle group 'nogroup' not found"],
    ),
    (
        "destroy test; detach-device-alias test foo",
        [
            "Failed to detach device with alias foo",
            "unsupported flags (0x2) in function testDomainDetachDeviceAliasLiveAndConfig",
        ],
    ),
    (
        "vol-create-as default-pool v '1 G'",
        ["Malformed size 1 G", "invalid argument: unknown suffix ' G'"],
    ),
    (
        "nodememstats --cell -5",
        [
            "Unable to get number of memory stats",
            "cellNum in virNodeGetMemoryStats only accepts -1 as a negative value",
        ],
    ),
    (
        "setmem test '1 '",
        [
            "Scaled numeric value '1 ' for <size> option is malformed or out of range",
            "invalid argument: unknown suffix ' '",
        ],
    ),
    (
        "blockpull '' vda --wait --bandwidth x",
        ["Scaled numeric value 'x' for <--bandwidth> option is malformed or out of range"],
    ),
    (
        "blockpull test vda --wait --bandwidth x --timeout x",
        ["Scaled numeric value 'x' for <--bandwidth> option is malformed or out of range"],
    ),
    ("blockpull '' '' --bandwidth x", ["Failed to get option 'path': Option argument is empty"]),
    (
        "blockcommit '' '' --verbose --bandwidth x",
        ["Failed to get option 'path': Option argument is empty"],
    ),
    (
        "blockcommit '' vda --verbose --base ''",
        ["Failed to get option 'base': Option argument is empty"],
    ),
    (
        "blockcommit '' vda --verbose --top '' --bandwidth x",
        ["Failed to get option 'top': Option argument is empty"],
    ),
    (
        "blockcommit nosuch vda --timeout x --bandwidth x",
        ["Scaled numeric value 'x' for <--bandwidth> option is malformed or out of range"],
    ),
    ("blockcopy '' '' --bandwidth x", ["Failed to get option 'path': Option argument is empty"]),
    (
        "blockcopy '' vda '' --bandwidth x",
        ["Failed to get option 'dest': Option argument is empty"],
    ),
    (
        "blockcopy test vda /d --bandwidth x --granularity x",
        ["Scaled numeric value 'x' for <--bandwidth> option is malformed or out of range"],
    ),
    (
        "blockcopy test vda /d --buf-size x --granularity x --timeout x",
        ["Numeric value 'x' for <granularity> option is malformed or out of range"],
    ),
    (
        "blockcopy test vda /d --buf-size x --timeout x",
        ["Numeric value 'x' for <buf-size> option is malformed or out of range"],
    ),
    ("blockresize '' '' x", ["Failed to get option 'path': Option argument is empty"]),
    (
        "blockresize '' vda x",
        ["Scaled numeric value 'x' for <size> option is malformed or out of range"],
    ),
    ("blockresize '' vda x --capacity", ["Options --size and --capacity are mutually exclusive"]),
    ("blockresize '' vda", ["Either --size or --capacity must be provided"]),
    ("blockresize test '' --capacity 5", ["Options --size and --capacity are mutually exclusive"]),
    (
        "blockresize test vda '' --capacity",
        ["Options --size and --capacity are mutually exclusive"],
    ),
    ("vcpupin '' --vcpu x", ["Numeric value 'x' for <vcpu> option is malformed or out of range"]),
    (
        "blkdeviotune test vda --group-name '' --total-bytes-sec x",
        [
            "Scaled numeric value 'x' for <total-bytes-sec> option is malformed or out of range",
            "Unable to parse integer parameter",
        ],
    ),
    (
        "domthrottlegroupset test '' --total-bytes-sec x",
        [
            "Scaled numeric value 'x' for <total-bytes-sec> option is malformed or out of range",
            "Unable to parse integer parameter",
        ],
    ),
    (
        "domblkthreshold nosuch vda x",
        ["Scaled numeric value 'x' for <threshold> option is malformed or out of range"],
    ),
    (
        "shutdown '' --mode x",
        ["Unknown mode x value, expecting 'acpi', 'agent', 'initctl', 'signal', or 'paravirt'"],
    ),
    (
        "allocpages 4 y --cellno z",
        ["Numeric value 'z' for <cellno> option is malformed or out of range"],
    ),
    (
        "screenshot nosuch --screen x",
        ["Numeric value 'x' for <screen> option is malformed or out of range"],
    ),
    (
        "set-user-password nosuch u ''",
        ["Failed to get option 'password': Option argument is empty"],
    ),
    (
        "iface-bridge eth1 y --delay x",
        [
            "Numeric value 'x' for <delay> option is malformed or out of range",
            "Interface not found: no interface with matching name 'y'",
        ],
    ),
    ("capabilities --xpath ''", []),
    ("domifaddr nosuch --source x", ["Unknown data source 'x'"]),
    (
        "allocpages x y --cellno z",
        ["Numeric value 'z' for <cellno> option is malformed or out of range"],
    ),
    (
        "allocpages x 1 --cellno z",
        ["Numeric value 'z' for <cellno> option is malformed or out of range"],
    ),
    (
        "domblkthreshold '' vda x",
        ["Scaled numeric value 'x' for <threshold> option is malformed or out of range"],
    ),
    ("domblkthreshold nosuch '' 1", ["Failed to get option 'dev': Option argument is empty"]),
    (
        "screenshot '' --screen x",
        ["Numeric value 'x' for <screen> option is malformed or out of range"],
    ),
    (
        "screenshot nosuch --file '' --screen x",
        ["Failed to get option 'file': Option argument is empty"],
    ),
    ("screenshot nosuch --file ''", ["Failed to get option 'file': Option argument is empty"]),
    ("set-user-password '' '' ''", ["Failed to get option 'user': Option argument is empty"]),
    ("set-user-password '' u ''", ["Failed to get option 'password': Option argument is empty"]),
    ("set-user-password nosuch '' ''", ["Failed to get option 'user': Option argument is empty"]),
    ("domifaddr '' --source x", ["Unknown data source 'x'"]),
    (
        "domifaddr '' --interface '' --source x",
        ["Failed to get option 'interface': Option argument is empty"],
    ),
    (
        "domifaddr nosuch --interface '' --source x",
        ["Failed to get option 'interface': Option argument is empty"],
    ),
    ("net-dumpxml default --xpath ''", []),
    ("pool-dumpxml default-pool --xpath ''", []),
    ("domcapabilities --xpath ''", []),
    ("nodedev-dumpxml scsi_host1 --xpath ''", []),
    ("iface-dumpxml eth1 --xpath ''", []),
    (
        "vol-dumpxml x --xpath ''",
        [
            "failed to get vol 'x', specifying --pool might help",
            "Storage volume not found: no storage vol with matching path 'x'",
        ],
    ),
    ("vcpupin '' --cpulist 1", ["vcpupin: Missing vCPU number in pin mode."]),
    ("guestvcpus '' --cpulist ''", ["Failed to get option 'cpulist': Option argument is empty"]),
    ("managedsave-define '' /n", ["Failed to open file '/n': No such file or directory"]),
    ("set-lifecycle-action '' '' ''", ["Failed to get option 'type': Option argument is empty"]),
    ("set-lifecycle-action '' a b", ["Invalid lifecycle type 'a'."]),
    (
        "reboot '' --mode x",
        ["Unknown mode x value, expecting 'acpi', 'agent', 'initctl', 'signal' or 'paravirt'"],
    ),
    ("reboot '' --mode ''", ["Failed to get option 'mode': Option argument is empty"]),
    ("shutdown '' --mode ''", ["Failed to get option 'mode': Option argument is empty"]),
    ("perf '' --enable ''", ["Failed to get option 'enable': Option argument is empty"]),
    ("attach-disk '' /x vdb --mode x", ["No support for x in command 'attach-disk'"]),
    ("attach-disk '' '' ''", ["Failed to get option 'target': Option argument is empty"]),
    ("attach-disk '' /x '' --mode x", ["Failed to get option 'target': Option argument is empty"]),
    ("attach-interface '' x y", ["No support for x in command 'attach-interface'"]),
    ("attach-interface '' x ''", ["Failed to get option 'source': Option argument is empty"]),
    ("iface-bridge eth1 eth1 --delay x", ["Network device eth1 already exists"]),
    ("blockresize '' ''", ["Either --size or --capacity must be provided"]),
    ("blockresize '' '' --capacity", ["Failed to get option 'path': Option argument is empty"]),
    (
        "blkdeviotune test vda --group-name ''",
        [
            "Failed to get option 'group-name': Option argument is empty",
            "Unable to parse group-name parameter",
        ],
    ),
    (
        "domthrottlegroupinfo nosuch ''",
        ["Failed to get option 'group-name': Option argument is empty"],
    ),
    ("setvcpu '' 1", ["one of --enable, --disable is required"]),
    ("setvcpu test ''", ["one of --enable, --disable is required"]),
    ("send-key test --codeset win32 3", ["internal error: invalid keycode 3 of win32 codeset"]),
]


@pytest.mark.parametrize(("line", "errors"), REFUSED, ids=[line for line, _ in REFUSED])
def test_a_wrong_line(run: Callable[..., Result], line: str, errors: list[str]) -> None:
    status, out, err = run("-q", "-c", "test:///default", line, program="virsh")
    assert (status, out) == (1, "")
    assert err == "".join(f"error: {error}\n" for error in errors)


def test_nothing_has_no_parts(run: Callable[..., Result]) -> None:
    """An empty word is split into no words, and not into one that is empty."""
    assert list(run("-q", "echo", "--split", "")) == [0, "", ""]
    assert list(run("-q", "echo", "--split", "", "a,b")) == [0, " a\nb\n", ""]
