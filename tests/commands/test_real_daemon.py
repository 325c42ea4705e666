"""Read commands and events against a real libvirtd: the bytes that the real virsh prints."""

from __future__ import annotations

import time
from threading import Thread
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd

SECRET = "00000000-0000-4000-8000-000000000077"

SUSPENDED_RESUMED = """\
event 'lifecycle' for domain 'tiny': Suspended Paused
event 'lifecycle' for domain 'tiny': Resumed Unpaused
event loop timed out
events received: 2
"""

READING = """
list --all
list --all --title
list --all --name
list --all --uuid --title
domstate tiny --reason
domblklist tiny --details
domblkinfo tiny --all
domblkinfo tiny vda --human
domiflist tiny
domcontrol tiny
domstats tiny --state --balloon --block
nodeinfo
nodecpumap --pretty
maxvcpus qemu
hostname
capabilities
domcapabilities --virttype qemu --arch x86_64
sysinfo
net-list --all
net-info iso
net-dumpxml iso
net-uuid iso
iface-list --all
nwfilter-list
nwfilter-dumpxml clean-traffic
nodedev-list --tree
nodedev-list --cap net
nodedev-dumpxml computer
pool-list --all
pool-list --details
pool-info images
pool-info images --bytes
pool-dumpxml images
pool-capabilities
vol-list images
vol-list images --details
vol-info one images
vol-dumpxml one images
vol-path one images
vol-key one images
secret-list
secret-dumpxml 00000000-0000-4000-8000-000000000077
secret-get-value 00000000-0000-4000-8000-000000000077
find-storage-pool-sources-as netfs
""".strip().split("\n")


@pytest.fixture
def furnished(
    libvirtd: PrivateLibvirtd, tiny_guest: Callable[..., object]
) -> Iterator[PrivateLibvirtd]:
    """The daemon with a domain, a network, a pool with a volume, and a secret with a value."""
    images = libvirtd.folder / "images"
    (images / "iso.xml").write_text(
        f"<network><name>iso</name><uuid>{SECRET}</uuid><bridge name='vshbr9'/>"
        "<ip address='10.99.9.1' netmask='255.255.255.0'/></network>"
    )
    (images / "secret.xml").write_text(
        f"<secret ephemeral='no' private='no'><uuid>{SECRET}</uuid>"
        "<usage type='ceph'><name>c</name></usage></secret>"
    )
    (images / "value").write_text("aGVsbG8=")
    virsh = libvirtd.virsh
    tiny_guest("tiny", start=True)
    virsh("net-define", str(images / "iso.xml"))
    virsh("pool-create-as", "images", "dir", "--target", str(images))
    virsh("vol-create-as", "images", "one", "1M")
    virsh("secret-define", str(images / "secret.xml"))
    virsh("secret-set-value", SECRET, "--file", str(images / "value"))
    yield libvirtd
    virsh("vol-delete", "one", "images")
    virsh("pool-destroy", "images")
    virsh("net-undefine", "iso")
    virsh("secret-undefine", SECRET)


def test_reading_says_what_virsh_says(
    furnished: PrivateLibvirtd, run: Callable[..., Result]
) -> None:
    different = []
    for line in READING:
        expected = furnished.virsh(*line.split(), check=False)
        status, out, err = run("-q", "-c", furnished.uri, *line.split(), program="virsh")
        # virsh 9.0 puts a newline after documents that have one already; 12.8 does not
        if out.rstrip("\n") != expected.rstrip("\n"):
            different.append((line, expected, out, err))
        assert bool(status) == bool(err), line
    assert not different


@pytest.mark.parametrize(
    ("waiting", "acting", "text"),
    [
        (
            "event tiny --event lifecycle --loop",
            [("suspend", "tiny"), ("resume", "tiny")],
            SUSPENDED_RESUMED,
        ),
        (
            "pool-event --event refresh --pool images",
            [("pool-refresh", "images")],
            "event 'refresh' for storage pool images\nevents received: 1\n",
        ),
        (
            "net-event --event lifecycle",
            [("net-define", "iso.xml")],
            "event 'lifecycle' for network iso: Defined\nevents received: 1\n",
        ),
        (
            "secret-event --event value-changed",
            [("secret-set-value", SECRET, "--file", "value")],
            f"event 'value-changed' for secret {SECRET}\nevents received: 1\n",
        ),
        ("await tiny --condition domain-inactive", [("destroy", "tiny")], ""),
    ],
    ids=["domain", "pool", "network", "secret", "await"],
)
def test_events_come(
    furnished: PrivateLibvirtd,
    run: Callable[..., Result],
    waiting: str,
    acting: list[tuple[str, ...]],
    text: str,
) -> None:
    images = furnished.folder / "images"

    def act() -> None:
        time.sleep(0.7)
        for words in acting:
            files = {"iso.xml", "value"}
            furnished.virsh(*(str(images / word) if word in files else word for word in words))

    actor = Thread(target=act)
    actor.start()
    status, out, err = run("-q", "-c", furnished.uri, *waiting.split(), "--timeout", "4")
    actor.join()
    assert (status, out, err) == (0, text, "")


def test_a_volume_goes_up_and_comes_down(
    furnished: PrivateLibvirtd, run: Callable[..., Result], tmp_path: object
) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    data = bytes(range(256)) * 2048
    (folder / "up").write_bytes(data)
    uri = furnished.uri
    assert tuple(run("-q", "-c", uri, "vol-upload", "one", "up", "images")) == (0, "", "")
    assert tuple(run("-q", "-c", uri, "vol-download", "one", "down", "images")) == (0, "", "")
    assert (folder / "down").read_bytes()[: len(data)] == data
    words = ["vol-download", "one", "part", "images", "--offset", "256", "--length", "10"]
    assert tuple(run("-q", "-c", uri, *words)) == (0, "", "")
    assert (folder / "part").read_bytes() == bytes(range(10))
    status, _, err = run("-q", "-c", uri, "vol-download", "none", "never", "images")
    assert status == 1
    assert err.startswith("error: failed to get vol 'none'\n")
    assert not (folder / "never").exists()
