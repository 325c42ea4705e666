"""lxc-tools: what becomes of entries of both forms, and libvirt's complaints."""

from __future__ import annotations

import pytest

from vsh.errors import Error
from vsh.hypervisors.lxc import tools as lxc_tools

BASE = "lxc.uts.name = box\nlxc.rootfs.path = /srv/box\n"
OLD = "lxc.utsname = box\nlxc.rootfs = /dev/vg/box\n"


def test_the_least() -> None:
    domain = lxc_tools.read(BASE)
    assert (domain.name, domain.os.init, domain.memory) == ("box", "/sbin/init", 65536)
    assert domain.filesystems[0].source_dir == "/srv/box"
    assert domain.features.privnet
    assert "<type>exe</type>" in domain.format()


def test_the_former_names() -> None:
    domain = lxc_tools.read(OLD + "lxc.arch = amd64\n")
    assert (domain.filesystems[0].type, domain.os.arch) == ("block", "x86_64")


def test_mounts() -> None:
    domain = lxc_tools.read(
        BASE + "lxc.mount.entry = proc proc proc nodev 0 0\n"
        "lxc.mount.entry = tmpfs run tmpfs size=8m,mode=0755 0 0\n"
        "lxc.mount.entry = /etc/x etc/x none bind,ro 0 0\n"
    )
    shown = [(f.type, f.target, f.readonly) for f in domain.filesystems[1:]]
    assert shown == [("ram", "/run", False), ("mount", "/etc/x", True)]
    assert domain.filesystems[1].usage == "8192"


NEW_NETWORK = (
    "lxc.net.0.type = veth\nlxc.net.0.link = br0\nlxc.net.0.flags = up\n"
    "lxc.net.0.ipv4.address = 10.0.0.2/24\nlxc.net.0.ipv4.gateway = 10.0.0.1\n"
    "lxc.net.1.type = vlan\nlxc.net.1.link = eth0\nlxc.net.1.vlan.id = 2\n"
    "lxc.net.2.type = none\n"
)
OLD_NETWORK = (
    "lxc.network.type = veth\nlxc.network.link = br0\nlxc.network.flags = up\n"
    "lxc.network.ipv4 = 10.0.0.2/24\nlxc.network.ipv4.gateway = 10.0.0.1\n"
    "lxc.network.type = vlan\nlxc.network.link = eth0\nlxc.network.vlan.id = 2\n"
    "lxc.network.type = none\n"
)


@pytest.mark.parametrize("text", [NEW_NETWORK, OLD_NETWORK], ids=["new", "old"])
def test_networks(text: str) -> None:
    domain = lxc_tools.read(BASE + text)
    card = domain.interfaces[0]
    assert (card.type, card.source.bridge, card.link) == ("bridge", "br0", "up")
    assert (card.ips[0].address, card.ips[0].prefix) == ("10.0.0.2", "24")
    assert card.routes[0].gateway == "10.0.0.1"
    assert domain.hostdevs[0].source.interface == "eth0.2"
    assert not domain.features.privnet


def test_limits() -> None:
    domain = lxc_tools.read(
        BASE + "lxc.cgroup.memory.limit_in_bytes = 1G\nlxc.cgroup.cpu.shares = 512\n"
        "lxc.cgroup.cpuset.cpus = 0,1\nlxc.cgroup.cpuset.mems = 0\n"
        "lxc.cgroup.blkio.throttle.read_bps_device = 8:0 99\n"
        "lxc.idmap = u 10000 0 2000\nlxc.cap.drop = mknod\nlxc.tty.max = 2\n"
    )
    assert (domain.memory, domain.memtune.hard_limit) == (1024 * 1024, 1024 * 1024)
    assert (domain.cputune.shares, domain.vcpu_cpuset) == (512, "0-1")
    assert domain.numatune[0].nodeset == "0"
    assert domain.blkiotune.devices[0].read_bytes == 99
    assert (domain.idmap.uids[0].target, domain.idmap.uids[0].count) == (10000, 2000)
    assert domain.features.capabilities.mknod is False
    assert [console.port for console in domain.consoles] == [0, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "lxc.mount = /fstab\n",
            (
                "argument unsupported: lxc.mount.fstab or lxc.mount found, use lxc.mount.entry "
                "lines instead"
            ),
        ),
        (
            "lxc.mount.entry = t run tmpfs rw 0 0\n",
            "internal error: missing tmpfs size, set the size option",
        ),
        (
            "lxc.mount.entry = t run tmpfs size=8% 0 0\n",
            "internal error: can't convert relative size: '8%'",
        ),
        ("lxc.cgroup.memory.limit_in_bytes = x\n", "internal error: failed to convert size: 'x'"),
        ("lxc.cgroup.cpu.shares = x\n", "internal error: failed to parse integer: 'x'"),
        ("lxc.net.0.type = phys\n", "unsupported configuration: Missing 'link' attribute for NIC"),
        (
            "lxc.net.0.ipv4.address = 10.0.0.1\n",
            "invalid argument: Invalid CIDR address: '10.0.0.1'",
        ),
        ("lxc.idmap = u 1\n", "internal error: invalid lxc.idmap: 'u 1'"),
        ("lxc.tty.max = x\n", "internal error: failed to parse int: 'x'"),
    ],
)
def test_complaints(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        lxc_tools.read(BASE + text)
    assert str(caught.value) == words


def test_a_container_needs_a_name() -> None:
    with pytest.raises(Error, match=r"lxc\.uts\.name is missing"):
        lxc_tools.read("lxc.rootfs.path = /x\n")


def test_more_consoles_than_there_can_be() -> None:
    with pytest.raises(Error, match="failed to parse int: '999999999999'"):
        lxc_tools.read(BASE + "lxc.tty.max = 999999999999\n")
