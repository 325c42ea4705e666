"""Guests of who is not root: what they are refused, in libvirt's words, and cards on bridges.

Taps of these are made by QEMU's own setuid program, as it is packaged.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import own_network as network
import pytest
from own_network import OwnNetwork, sh
from tiny_guest import TinyGuest

from vsh.drivers.host.network import bridge_helper

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = 1500
PROGRAM = bridge_helper.usual()
TOOLS = ("unshare", "setpriv", "mount", "qemu-system-x86_64")
CARD = (
    "<interface type='{}'><mac address='52:54:00:00:00:0{}'/><source {}/><model type='{}'/>{}"
    "</interface>"
)
RAW = (
    "<disk type='block' device='lun' rawio='yes'><driver name='qemu' type='raw'/>"
    "<source dev='/dev/null'/><target dev='sda' bus='scsi'/></disk>"
)
LAN = "<network><name>lan</name><forward mode='bridge'/><bridge name='br-a'/></network>"
ALONE = (
    "isolated='yes' of a network card needs root's rights: "
    "QEMU's bridge helper plugs it into its bridge, and that is all"
)
INSIDE = """
mount -t tmpfs -o dev tmpfs /dev/net
mknod -m 666 /dev/net/tun c 10 200
mkdir -p /etc/qemu
mount -t tmpfs tmpfs /etc/qemu
echo allow br-a > /etc/qemu/bridge.conf
mount --bind {folder} {folder}
mount -o remount,bind,suid {folder}
cd {folder}
ulimit -l 64
exec setpriv --reuid={user} --regid={user} --clear-groups --inh-caps=+dac_read_search \
  --ambient-caps=+dac_read_search "$@"
"""
"""A machine as Debian's are: anybody opens /dev/net/tun, and the program may use one bridge.

The user may read all, since nobody knows where this checkout is.
"""

pytestmark = [
    pytest.mark.skipif(network.obstacle() is not None, reason=str(network.obstacle())),
    *(
        pytest.mark.skipif(shutil.which(tool) is None, reason=f"not installed: {tool}")
        for tool in TOOLS
    ),
]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The user's own folder, in a network with two bridges; QEMU is asked once what it can."""
    with tempfile.TemporaryDirectory(prefix="vsh-user-") as name, OwnNetwork():
        place = Path(name)
        place.chmod(0o755)
        TinyGuest(place, "tiny")
        for inner in ("home", "root"):
            (place / inner).mkdir(0o700)
        (place / "root/qemu.conf").write_text(f'bridge_helper = "{place}/helper"\n')
        sh(f"chown -R {USER}:{USER} {place}")
        if not os.path.exists(PROGRAM):
            pytest.skip(f"no {PROGRAM} here")
        shutil.copy(PROGRAM, place / "helper")
        (place / "helper").chmod(0o4755)
        sh("ip link add br-a type bridge; ip link set br-a up; ip link add br-b type bridge")
        yield place


@pytest.fixture
def user(folder: Path) -> Iterator[Callable[[str], str]]:
    """What one command of the user's prints, errors included."""

    def user(command: str) -> str:
        inside = INSIDE.format(user=USER, folder=folder)
        done = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-ec", inside, "sh",
             sys.executable, "-m", "vsh", "-c", f"qemu:///embed?root={folder}/root", command],
            check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            env={**os.environ, "HOME": f"{folder}/home", "XDG_RUNTIME_DIR": f"{folder}/home"},
        )  # fmt: skip
        return (done.stdout + done.stderr).replace(str(folder), "FOLDER")

    yield user
    user("destroy tiny")


def card(folder: Path, name: str, *words: object) -> str:
    path = folder / name
    path.write_text(CARD.format(*words))
    return str(path)


def taps(bridge: str) -> list[str]:
    listed = sh(f"ip -o link show master {bridge}")
    return [line.split(": ")[1] for line in listed.splitlines()]


REFUSED = {
    "<memtune><hard_limit>300000</hard_limit></memtune>": (
        "unsupported configuration: Memory tuning is not available in session mode"
    ),
    "<blkiotune><weight>200</weight></blkiotune>": (
        "unsupported configuration: Block I/O tuning is not available in session mode"
    ),
    "<cputune><emulator_quota>2000</emulator_quota></cputune>": (
        "unsupported configuration: CPU tuning is not available in session mode"
    ),
    "<seclabel type='static' model='dac'><label>root:root</label></seclabel>": (
        "unsupported configuration: Security driver model 'dac' is not available"
    ),
    "<memoryBacking><locked/></memoryBacking>": (
        "cannot limit locked memory of the process to 9007199254740991: Operation not permitted"
    ),
    CARD.format("bridge", 1, "bridge='br-a'", "virtio", "<filterref filter='clean-traffic'/>"): (
        "internal error: unexpected nwfilter URI path '/session', try nwfilter:///system"
    ),
    CARD.format(
        "bridge", 1, "bridge='br-a'", "virtio", "<bandwidth><inbound average='9'/></bandwidth>"
    ): "Operation not supported: Network bandwidth tuning is not available in session mode",
    RAW: (
        "internal error: Process exited prior to exec: libvirt:  error : internal error: "
        "cannot apply process capabilities -5"
    ),
}  # fmt: skip


def test_what_needs_roots_rights_is_refused(user: Callable[[str], str], folder: Path) -> None:
    document = (folder / "tiny.xml").read_text()
    paths = [folder / f"refused{number}" for number in range(len(REFUSED))]
    for path, more in zip(paths, REFUSED, strict=True):
        place = "</devices>" if more.startswith(("<interface", "<disk")) else "<vcpu>"
        path.write_text(document.replace(place, more + place))
    (folder / "net").write_text("<network><name>n</name><bridge name='br-c'/></network>")
    said = user("; ".join(f"create {path}" for path in paths))
    lines = [line for line in said.splitlines() if line and "Failed to create" not in line]
    assert lines == [f"error: {text}" for text in REFUSED.values()]
    said = user(f"domxml-to-native qemu-argv {paths[0]}; domxml-to-native qemu-argv tiny.xml")
    assert f"error: {next(iter(REFUSED.values()))}" in said
    assert f" HOME={folder}/home " in said.replace("FOLDER", str(folder))  # the user's own
    assert said.count("XDG_") == 1
    said = user(f"net-create {folder}/net; nwfilter-list; list --all --name")
    assert "error: error creating bridge interface br-c: Operation not permitted" in said
    assert "traffic" not in said
    assert "tiny" not in said
    assert taps("br-a") == []


def test_a_card_comes_to_its_bridge_and_goes(user: Callable[[str], str], folder: Path) -> None:
    first = card(folder, "first", "bridge", 1, "bridge='br-a'", "virtio", "<driver queues='2'/>")
    second = card(folder, "second", "network", 2, "network='lan'", "usb-net", "")
    (folder / "lan").write_text(LAN)
    guest = folder / "carded"
    text = (folder / "tiny.xml").read_text().replace("type='usb' model='none'", "type='usb'")
    guest.write_text(text.replace("</devices>", f"{Path(first).read_text()}</devices>"))
    said = user(f"net-create {folder}/lan; create {guest}; attach-device tiny {second}")
    assert "error" not in said
    assert taps("br-a") == ["tap0", "tap1"]
    said = user("domiflist tiny; qemu-monitor-command tiny --hmp info network")
    assert [line.split() for line in said.splitlines()[2:4]] == [
        ["tap0", "bridge", "br-a", "virtio", "52:54:00:00:00:01"],
        ["tap1", "bridge", "lan", "usb-net", "52:54:00:00:00:02"],
    ]
    assert "hostnet0: index=0,type=tap,fd=" in said  # of one queue: the program makes no more
    assert "detached" in user(f"detach-device tiny {second}")
    assert taps("br-a") == ["tap0"]
    user("destroy tiny")
    assert taps("br-a") == []


def test_what_it_refuses_is_told(user: Callable[[str], str], folder: Path) -> None:
    program = folder / "helper"
    other = card(folder, "other", "bridge", 1, "bridge='br-b'", "virtio", "")
    alone = card(folder, "alone", "bridge", 1, "bridge='br-a'", "virtio", "<port isolated='yes'/>")
    large = card(folder, "large", "bridge", 1, "bridge='br-a'", "virtio", "<mtu size='1400'/>")
    own = card(
        folder, "own", "bridge", 1, "bridge='br-a'", "virtio", "<backend tap='/dev/net/tun'/>"
    )
    attached = (f"attach-device tiny {each}" for each in (other, alone, large, own))
    said = user("; ".join((f"create {folder}/tiny.xml", *attached)))
    lines = [line for line in said.splitlines() if line and "Failed" not in line]
    assert lines.pop(0).startswith("Domain 'tiny' created")
    assert "FOLDER/helper --use-vnet --br=br-b --fd=" in lines[0]
    assert lines[0].endswith(
        ": failed to communicate with bridge helper: stderr=access denied by acl file"
    )
    assert lines[1:] == [
        ": Transport endpoint is not connected",
        f"error: unsupported configuration: {ALONE}",
        "error: Cannot set interface MTU on 'tap0': Operation not permitted",
        "error: unsupported configuration: cannot use custom tap device in session mode",
    ]
    assert taps("br-a") == []
    program.chmod(0o644)
    said = user(f"attach-device tiny {other}")
    assert "error: 'FOLDER/helper' is not a suitable bridge helper: Permission denied" in said
    program.rename(folder / "away")
    said = user(f"attach-device tiny {other}")
    assert "error: 'FOLDER/helper' is not a suitable bridge helper: No such file" in said
    (folder / "away").rename(program)
    program.chmod(0o4755)
