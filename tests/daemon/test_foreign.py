"""What programs that nobody here wrote need of the daemon, and these programs themselves."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import own_network
import private_libvirtd
import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.drivers.host.network import published
from vsh.errors import Error

if TYPE_CHECKING:
    from collections.abc import Callable

    from private_vshd import PrivateVshd

    from vsh import Connection

INTEROP = Path(__file__).resolve().parents[2] / "scripts" / "interop"
QEMU, STORAGE, NETWORK, DOMAIN, NODE_DEVICE, SECRET, CPU, NWFILTER, SNAPSHOT, STREAMS = (
    10, 18, 19, 20, 22, 30, 31, 33, 35, 38,
)  # fmt: skip


def test_errors_say_which_part_of_libvirt_they_come_from(vshd: PrivateVshd, tmp_path: Path) -> None:
    """The numbers are what libvirt-python reads off libvirtd 9.0.0 for the same calls."""
    none = "11111111-2222-4333-8444-555555555555"
    asked: list[tuple[int, Callable[[Connection], object]]] = [
        (QEMU, lambda c: c.domain_lookup_by_name("none")),
        (NETWORK, lambda c: c.network_lookup_by_name("none")),
        (STORAGE, lambda c: c.storage_pool_lookup_by_name("none")),
        (SECRET, lambda c: c.secret_lookup_by_uuid(none)),
        (NODE_DEVICE, lambda c: c.node_device_lookup_by_name("none")),
        (NWFILTER, lambda c: c.nwfilter_lookup_by_name("none")),
        (DOMAIN, lambda c: c.domain_define_xml("<domain/>")),
        (NETWORK, lambda c: c.network_define_xml("<network/>")),
        (STORAGE, lambda c: c.storage_pool_define_xml("<pool type='dir'/>")),
    ]
    guest = TinyGuest(tmp_path, "tiny")
    with vsh.connect(vshd.uri()) as connection:
        domain = connection.domain_define_xml(guest.xml)
        asked += [
            (SNAPSHOT, lambda _: domain.snapshot_create_xml("<domainsnapshot><disks/>")),
            (QEMU, lambda _: domain.snapshot_lookup_by_name("none")),
            (DOMAIN, lambda _: domain.suspend()),
            (CPU, lambda c: c.compare_cpu("<cpu", 0)),
        ]
        found = []
        for _, call in asked:
            with pytest.raises(Error) as raised:
                call(connection)
            found.append(raised.value.domain)
    assert found == [number for number, _ in asked]
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        with pytest.raises(Error) as raised:
            connection.network_lookup_by_name("none")
        assert raised.value.domain == 12


def test_an_abort_of_a_stream_is_confirmed(vshd: PrivateVshd, tmp_path: Path) -> None:
    """libvirt's library reads the answer as a plain one: an error would have to have a text."""
    if shutil.which("virsh") is None:
        pytest.skip("no virsh here")
    guest = TinyGuest(tmp_path, "tiny", serial="pty")
    program = (
        "import libvirt, sys\n"
        "domain = libvirt.open(sys.argv[1]).lookupByName('tiny')\n"
        "stream = domain.connect().newStream()\n"
        "domain.openConsole(None, stream, 0)\n"
        "stream.send(b'hello')\n"
        "print(stream.abort())\n"
    )
    if subprocess.run(["/usr/bin/python3", "-c", "import libvirt"], capture_output=True).returncode:
        pytest.skip("no python3-libvirt here")
    with vsh.connect(vshd.uri()) as connection:
        connection.domain_define_xml(guest.xml).create()
    done = subprocess.run(
        ["/usr/bin/python3", "-c", program, vshd.uri()], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "0\n", done.stderr


def test_more_bytes_than_a_stream_has_room_for(vshd: PrivateVshd, tmp_path: Path) -> None:
    (tmp_path / "pool").mkdir()
    with vsh.connect(vshd.uri()) as connection:
        pool = connection.storage_pool_create_xml(
            f"<pool type='dir'><name>p</name><target><path>{tmp_path}/pool</path></target></pool>"
        )
        volume = pool.vol_create_xml("<volume><name>v</name><capacity>10</capacity></volume>")
        stream = connection.stream()
        volume.upload(stream, 0, 10)
        stream.send(b"x" * 11)
        with pytest.raises(Error, match="cannot write to stream: No space left") as raised:
            stream.finish()
        assert raised.value.domain == STREAMS


def test_a_volume_is_looked_at_again_after_an_upload(vshd: PrivateVshd, tmp_path: Path) -> None:
    """What was raw is an image of another kind now, and clients are told."""
    (tmp_path / "pool").mkdir()
    image = TinyGuest(tmp_path, "tiny").disks[0].read_bytes()
    with vsh.connect(vshd.uri()) as connection:
        pool = connection.storage_pool_create_xml(
            f"<pool type='dir'><name>p</name><target><path>{tmp_path}/pool</path></target></pool>"
        )
        volume = pool.vol_create_xml("<volume><name>v</name><capacity>1</capacity></volume>")
        with connection.watch("refresh", family="pool", timeout=5) as watch:
            stream = connection.stream()
            volume.upload(stream, 0, 0)
            stream.send(image)
            stream.finish()
            assert next(iter(watch)).pool.name == "p"
        assert "<format type='qcow2'/>" in volume.get_xml_desc()


def test_a_name_is_there_for_the_name_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links for the host's own root, beside files of others, and none for another root."""
    folder, root = tmp_path / "dnsmasq", tmp_path / "root"
    (root / "dnsmasq").mkdir(parents=True)
    (root / "dnsmasq/br0.macs").write_text("[]\n")
    monkeypatch.setattr(published, "FOLDER", str(folder))
    monkeypatch.setattr(published, "SYSTEM_ROOT", str(root))
    published.publish(str(tmp_path), "br0")
    assert not folder.exists()
    published.publish(str(root), "br0")
    assert json.loads((folder / "br0.macs").read_text()) == []
    assert (folder / "br0.status").read_text() == ""
    (folder / "br1.status").write_text("of a libvirtd")
    published.publish(str(root), "br1")
    published.withdraw(str(root), "br1")
    published.withdraw(str(root), "br0")
    published.withdraw(str(tmp_path), "br1")
    assert [(each.name, each.read_text()) for each in folder.iterdir()] == [
        ("br1.status", "of a libvirtd")
    ]


def test_a_flag_of_any_number(vshd: PrivateVshd) -> None:
    """The bytes with which DigitalOcean's Go client opens: a flag of 0x01000000."""
    name = b"test:///default"
    payload = b"\1\0\0\0" + len(name).to_bytes(4, "big") + name + b"\0" + bytes(4)
    words = (0x20008086, 1, 1, 0, 1, 0)
    body = b"".join(word.to_bytes(4, "big") for word in words) + payload
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(vshd.socket))
        client.sendall((len(body) + 4).to_bytes(4, "big") + body)
        answer = client.recv(4096)
    assert answer[-4:] == bytes(4), answer  # OK


def obstacle() -> str | None:
    """Why the clients cannot be run here, or None."""
    return own_network.obstacle() or private_libvirtd.obstacle()


@pytest.mark.libvirtd
def test_quick_clients_get_along(record_property: Callable[[str, object], None]) -> None:
    """Those of scripts/interop that are quick: what they say is what they say of a libvirtd."""
    if reason := obstacle():
        pytest.skip(reason)
    done = subprocess.run(
        [sys.executable, str(INTEROP), "--quick"], capture_output=True, text=True, timeout=600,
        env={**os.environ},
    )  # fmt: skip
    rows = [[cell.strip() for cell in line.split("|")] for line in done.stdout.splitlines()[2:]]
    verdicts = {row[1]: row[3] for row in rows}
    missing = [row[1] for row in rows if row[3] == "not here"]
    record_property("not here", missing)
    assert done.returncode == 0, done.stdout + done.stderr
    assert set(verdicts.values()) <= {"works", "not here"}, done.stdout
    if len(missing) == len(rows):
        pytest.skip(f"not installed: {', '.join(missing)}")


def test_reports_of_the_kit_are_compared_test_by_test(tmp_path: Path) -> None:
    """What `scripts/interop --tck` makes of what libvirt-tck's scripts print; they are not here."""
    sys.path.insert(0, str(INTEROP.parent))
    from foreign.tck import Report, compared, scripts_of

    said = "1..5\n# a word\nok 1 - made\n    ok 1 - x\nnot ok 2 - gone\nok 3 # skip none\nok 4\n"
    report = Report.of(1, said)
    assert (report.planned, report.passed()) == (5, {1, 4})
    assert str(report) == "2 of 5, 1 skipped, 1 not ok, 1 not reached"
    better = Report.of(0, "1..4\nok 1 - made\nok 2 - gone\nok 3 - ran\nok 4\n")
    assert compared(report, better) == ("same, and 2 more", [])
    assert compared(better, report) == ("DIFFERS", ["2 gone", "3 ran"])
    assert compared(report, report) == ("same", [])
    assert compared(report, Report.of(1, said.replace("ok 4\n", ""))) == ("DIFFERS", ["4 "])
    cut_off = Report.of(9, "1..4\nok 1 - made\nok 2 - gone\nok 3 - ran\nok 4\n")  # after its last
    assert compared(better, cut_off) == ("DIFFERS", [])
    broken = Report.of(2, "Can't locate YAML.pm in @INC\n")
    assert compared(broken, broken) == ("runs on neither", [])
    nothing = Report.of(0, "1..0 # SKIP not here\n")
    assert compared(nothing, nothing) == ("same", [])
    for name in ("domain/2.t", "domain/1.t", "storage/1.t", "storage/README"):
        path = tmp_path / "scripts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = [
        [str(each.relative_to(tmp_path / "scripts")) for each in scripts_of(tmp_path, names)]
        for names in ([], ["domain/"], ["/1"], ["none"])
    ]
    assert found == [
        ["domain/1.t", "domain/2.t", "storage/1.t"], ["domain/1.t", "domain/2.t"],
        ["domain/1.t", "storage/1.t"], [],
    ]  # fmt: skip


def test_the_kit_is_run_from_its_sources_only(tmp_path: Path) -> None:
    command = [sys.executable, str(INTEROP), "--tck", str(tmp_path)]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "VSH_INTEROP": "inside"}
    )
    assert done.returncode == 1
    assert "is no copy of libvirt-tck: there is no lib/Sys/Virt/TCK.pm" in done.stderr


@pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="no QEMU for x86_64")
def test_the_kernel_of_the_kit_only_waits(tmp_path: Path) -> None:
    sys.path.insert(0, str(INTEROP.parent))
    from foreign.tck import waiting_kernel

    kernel = tmp_path / "kernel"
    kernel.write_bytes(waiting_kernel())
    command = ["qemu-system-x86_64", "-accel", "tcg", "-display", "none", "-nodefaults"]
    with subprocess.Popen(
        [*command, "-kernel", str(kernel), "-monitor", "stdio"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as qemu:  # fmt: skip
        assert qemu.stdin is not None
        assert qemu.stdout is not None
        halted = False
        limit = time.monotonic() + 30
        while not halted and time.monotonic() < limit:
            qemu.stdin.write("info registers\n")
            qemu.stdin.flush()
            for line in qemu.stdout:
                if "HLT=" in line:  # behind hlt, where the program is loaded
                    halted = "HLT=1" in line and "EIP=0000006a" in line
                    break
        qemu.stdin.write("quit\n")
        qemu.stdin.flush()
    assert halted
