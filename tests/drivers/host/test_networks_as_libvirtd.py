"""Scripts through libvirtd and through us, in a network namespace each: the same bytes and host.

What is compared of the host: links, addresses, routes, settings, the files that dnsmasq reads, and
who reaches whom.  vsh is the client of both, as virsh.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_network import OwnNetwork, sh
from private_libvirtd import PrivateLibvirtd, obstacle

import vsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Protocol

    class Result(Protocol):
        """What a run of vsh gave."""

        out: str
        err: str


REASON = obstacle()
pytestmark = [
    pytest.mark.usefixtures("own_network"),
    pytest.mark.libvirtd,
    pytest.mark.skipif(REASON is not None, reason=str(REASON)),
]

SCRIPTS = Path(__file__).with_name("network_scripts")
LOOK = """ip -br link; ip -br addr; ip -d link | grep -o 'bridge forward_delay [0-9]*\\|stp_state .'
ip route; ip -6 route; cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding
for f in {folder}/*.conf {folder}/*.hostsfile {folder}/*.addnhosts; do echo "$f"; cat "$f"; done"""
EMPTY = re.compile(r"(<ip [^>]*[^/>])>\n *</ip>")
"""How 9.0.0 writes an address without anything in it; 12.8.0 does not."""
UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Ground:
    """Where a script is played.

    uri     how its driver is reached
    dnsmasq  the folder of dnsmasq's files, and its name in them
    """

    def __init__(self, uri: str, dnsmasq: Path, called: str) -> None:
        self.uri = uri
        self.dnsmasq = dnsmasq
        self.called = called

    def look(self) -> str:
        """What the host is like."""
        seen = sh(LOOK.format(folder=self.dnsmasq), check=False)
        seen = seen.replace(self.called, "DNSMASQ").replace(str(self.dnsmasq), "DNSMASQ")
        seen = re.sub(r"(?m)^ifb.*\n|^(pid-file|fe80|multicast|local).*\n", "", seen)
        # whether a link without a cable is down is seen by the kernel a while later
        seen = re.sub(r"\b(UNKNOWN|DOWN|UP) | linkdown|NO-CARRIER,|@[a-z0-9]+", "", seen)
        return re.sub(r"(?m) +$", "", re.sub(" +", " ", seen))


@pytest.fixture
def theirs(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A libvirtd with the filters of its package, that sees the /sys of the test's namespace.

    Of devices all is asked of the machine's /sys, as ours is.
    """
    with PrivateLibvirtd() as daemon:
        place = f"--mount=/proc/{daemon._supervisor.pid}/ns/mnt"
        if "devices" not in request.node.name:
            subprocess.run(["nsenter", place, "mount", "-t", "sysfs", "sys", "/sys"], check=True)
        (daemon.folder / "etc/nwfilter").mkdir(exist_ok=True)
        for path in Path("/etc/libvirt/nwfilter").glob("*.xml"):
            (daemon.folder / "etc/nwfilter" / path.name).write_text(path.read_text())
        daemon.restart()
        yield Ground(daemon.uri, daemon.folder / "lib/dnsmasq", "/var/lib/libvirt/dnsmasq")


def played(run: Callable[..., Result], ground: Ground, folder: Path, lines: list[str]) -> list[str]:
    """What all the commands print, and what the host is like where the script asks for that.

    Commands that follow each other are one run; each is printed before what comes of it.
    """
    folder.mkdir()
    said: list[str] = []
    waiting: list[str] = []

    def play() -> None:
        if waiting:
            done = run("-c", ground.uri, stdin="\n".join(waiting) + "\n", program="virsh")
            text = (done.out + done.err).replace(str(folder), "FOLDER")
            text = EMPTY.sub(r"\1/>", text)
            said.extend(text.splitlines())
            waiting.clear()

    for line in lines:
        word, _, rest = line.partition(" ")
        rest = rest.replace("FOLDER", str(folder))
        if word not in ("file:", "!", "host"):
            waiting.append(line.replace("FOLDER", str(folder)))
            continue
        play()
        if word == "file:":
            name, _, content = rest.partition(" ")
            (folder / name).write_text(content)
        elif word == "!":
            said.extend(sh(rest).splitlines())
        else:
            said.extend(ground.look().splitlines())
    play()
    return said


@pytest.mark.parametrize("script", sorted(path.stem for path in SCRIPTS.glob("*.txt")))
def test_the_same_bytes_and_the_same_host(
    run: Callable[..., Result], theirs: Ground, tmp_path: Path, script: str
) -> None:
    lines = (SCRIPTS / f"{script}.txt").read_text().splitlines()
    peer = played(run, theirs, tmp_path / "peer", lines)
    with OwnNetwork():
        root = tmp_path / "root"
        ground = Ground(f"qemu:///embed?root={root}", root / "dnsmasq", f"{root}/dnsmasq")
        try:
            ours = played(run, ground, tmp_path / "ours", lines)
        finally:
            with vsh.connect(ground.uri) as connection:
                for network in connection.list_all_networks(2):
                    network.destroy()
            sh("nft flush ruleset")
    if script == "filters":  # the library's are written anew, with UUIDs of their own
        peer, ours = ([UUIDS.sub("UUID", line) for line in all_] for all_ in (peer, ours))
    assert len(ours) > 60
    assert ours == peer


KINDS = {"nat": "nat", "route": "route", "open": "open", "alone": None}


def reached(uri: str, network: OwnNetwork) -> set[tuple[str, str]]:
    """Who reaches whom: guests in a network of each kind, two in one, the host and the world.

    The world has routes to all of them, in IPv4 and IPv6.
    """
    world = network.peer("world")
    sh("ip addr add 192.0.2.1/24 dev world; ip addr add 2001:db8::1/64 nodad dev world")
    world.sh("ip addr add 192.0.2.9/24 dev eth0; ip addr add 2001:db8::9/64 nodad dev eth0")
    world.sh("ip route add 10.0.0.0/8 via 192.0.2.1; ip route add fd00::/16 via 2001:db8::1")
    peers = {"world": world}
    addresses = {"192.0.2.9": "world", "192.0.2.1": "host", "2001:db8::9": "world6"}
    with vsh.connect(uri) as connection:
        for number, (name, mode) in enumerate(KINDS.items(), 1):
            forward = "" if mode is None else f"<forward mode='{mode}'/>"
            connection.network_create_xml(
                f"<network><name>{name}</name>{forward}<bridge name='br-{name}' stp='off'/>"
                f"<ip address='10.{number}.0.1' prefix='24'/>"
                f"<ip family='ipv6' address='fd00:{number}::1' prefix='64'/></network>"
            )
            for place in (5, 6) if name == "nat" else (5,):
                peer = peers[f"{name}{place}"] = network.peer(f"{name}{place}", f"br-{name}")
                peer.sh(
                    f"ip addr add 10.{number}.0.{place}/24 dev eth0;"
                    f"ip addr add fd00:{number}::{place}/64 nodad dev eth0;"
                    f"ip route add default via 10.{number}.0.1;"
                    f"ip route add default via fd00:{number}::1"
                )
                addresses[f"10.{number}.0.{place}"] = f"{name}{place}"
                addresses[f"fd00:{number}::{place}"] = f"{name}{place}v6"
        one = peers["nat5"]
        while not (one.reaches("10.1.0.6") and one.reaches("fd00:1::6")):
            pass  # bridges take their time to see that ports are up
        while any(
            look("ip -6 addr show tentative") for look in (sh, *(p.sh for p in peers.values()))
        ):
            pass  # and the kernel to see that nobody else has their addresses: it does not forward
        askers = [name for name in peers if not name.endswith("6")]
        found: set[tuple[str, str]] = set()
        before = -1
        while len(found) != before:  # on a busy machine an answer may come too late
            before = len(found)
            asked = {name: peers[name].ask([*addresses]) for name in askers}
            found |= {(n, addresses[each]) for n, answer in asked.items() for each in answer()}
        for each in connection.list_all_networks(2):
            each.destroy()
    return found


def test_the_same_packets_go_through(
    theirs: Ground, own_network: OwnNetwork, tmp_path: Path
) -> None:
    peer = reached(theirs.uri, own_network)
    with OwnNetwork() as network:
        ours = reached(f"qemu:///embed?root={tmp_path / 'root'}", network)
    assert ours == peer
    assert {("nat5", "nat6"), ("nat5", "world"), ("world", "route5"), ("alone5", "host")} <= ours
    assert not {("world", "nat5"), ("nat5", "alone5"), ("alone5", "world")} & ours
    assert len(ours) > 40
