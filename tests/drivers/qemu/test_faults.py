"""What goes wrong around a guest: images that cannot be read, no room, clocks that jump, a second
opener; each is said clearly, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.qemu import launch
from vsh.drivers.qemu.guest import Guest
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    InvalidArgument,
    OperationFailed,
    SystemFailure,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

WRITER = bytes.fromhex(
    "31c08ed88ed0bc007c"  # ds = ss = 0; stack below the program
    "be1c7cb80043b280cd13"  # BIOS: write the sector to where the packet says
    "8106247c8000"  # 64 KiB further on
    "ebee"  # and again
    "90"
    "1000010000 7c0000 8000000000000000".replace(" ", "")  # one sector, from 0:7c00, to sector 128
)
"""A boot sector that fills its disk, again and again: the first 32 MiB."""
BACKUP = (
    "<domainbackup mode='pull'><server transport='unix' socket='{0}/nbd'/><disks>"
    "<disk name='vda' type='file'><scratch file='{0}/scratch'/></disk></disks></domainbackup>"
)
FULL = """
import resource, signal, sys
import vsh
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with vsh.connect(sys.argv[1]) as connection:
    size = 1 << 16
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    for number in range(200):
        connection.domain_define_xml(
            "<domain type='qemu'><name>g%d</name><memory>1024</memory>"
            "<os><type arch='x86_64'>hvm</type></os></domain>" % number
        )
"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "Cannot access storage file '.*tiny-0.qcow2'.*: No such file or directory"),
        (b"", "Image is not in qcow2 format"),
        (b"QFI\xfb" + bytes(600), "Unsupported qcow2 version|unsupported"),
    ],
)
def test_an_image_that_cannot_be_read(
    connection: Connection, tiny: TinyGuest, content: bytes | None, words: str
) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    good = tiny.disks[0].read_bytes()
    tiny.disks[0].unlink()
    if content is not None:
        tiny.disks[0].write_bytes(content)
    with pytest.raises((SystemFailure, InternalError, OperationFailed), match=words):
        domain.create()
    assert not domain.is_active()
    tiny.disks[0].write_bytes(good)
    domain.create()
    assert domain.is_active()


def test_no_room_for_the_state(root: str) -> None:
    """What was said to be defined is, and what was not is not; there is no half of a guest."""
    done = subprocess.run(
        [sys.executable, "-c", FULL, root], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "cannot write the state file: " in done.stderr
    with vsh.connect(root) as connection:
        names = sorted(int(each.name[1:]) for each in connection.list_all_domains(0))
        assert names == list(range(len(names)))
        for number in names:
            assert f"<name>g{number}<" in connection.domain_lookup_by_name(
                f"g{number}"
            ).get_xml_desc(0)


@pytest.mark.parametrize("where", ["unchanged", "regrouped", "at_start", "channels.started"])
def test_a_fault_of_ours_in_a_start(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Wherever it is, no QEMU is left, and the guest is off as before."""
    pids: list[int] = []
    runs = launch._run

    def run(*words: object, **options: object) -> object:
        made = runs(*words, **options)  # type: ignore[arg-type]
        pids.append(made.process.pid)
        return made

    def fails(*_words: object, **_options: object) -> None:
        raise RuntimeError(where)

    domain = connection.domain_define_xml(tiny.xml)
    before = domain.get_xml_desc()
    with monkeypatch.context() as patched:
        patched.setattr(launch, "_run", run)
        module, name = {
            "unchanged": (launch.live_cpu, "unchanged"),
            "regrouped": (launch.definitions, "regrouped"),
            "at_start": (launch.taints, "at_start"),
            "channels.started": (launch.channels, "started"),
        }[where]
        patched.setattr(module, name, fails)
        with pytest.raises(RuntimeError, match=where):
            domain.create()
    [pid] = pids
    with contextlib.suppress(ProcessLookupError, FileNotFoundError):
        assert Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] == "Z"
    assert not domain.is_active()
    assert domain.get_xml_desc() == before
    domain.create()
    domain.destroy()


def test_no_room_for_the_memory(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    with pytest.raises(Error, match="No space left on device"):
        domain.save("/dev/full")
    assert domain.get_state().state == 1


def test_a_clock_that_jumps(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes its time takes no other one; snapshots of the same second have names of their
    own."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    domain.backup_begin(BACKUP.format(tmp_path))
    yesterday = time.time() - 86400
    for other in (yesterday + 365 * 86400, yesterday):
        monkeypatch.setattr(time, "time", lambda now=other: now)
        assert 0 <= domain.get_job_stats().params["time_elapsed"] < 86400 * 1000
    domain.abort_job()
    while domain.get_job_info().type:
        pass
    first = domain.snapshot_create_xml("<domainsnapshot/>", 16)
    assert first.name == str(int(yesterday))
    with pytest.raises(ConfigUnsupported, match="already exists"):
        domain.snapshot_create_xml("<domainsnapshot/>", 16)
    first.revert_to_snapshot()
    first.revert_to_snapshot()


def test_a_second_opener(root: str, connection: Connection) -> None:
    """Another process is told who holds the root, at once."""
    program = "import sys, vsh; vsh.connect(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", program, root], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "is in use by" in done.stderr


def _stopped(connection: Connection) -> int:
    """The number of the guest's QEMU, which does nothing any more until it is sent SIGCONT."""
    [guest] = connection.driver.hypervisor.guests.all()
    process = guest.run.process.pid
    os.kill(process, signal.SIGSTOP)
    tasks = [*Path(f"/proc/{process}/task").iterdir()]
    while not all("State:\tT" in (task / "status").read_text() for task in tasks):
        tasks = [task for task in tasks if task.exists()]
    return process


CHANGES: dict[str, Callable[[Domain], object]] = {
    "checkpoint": lambda domain: domain.checkpoint_create_xml(
        "<domaincheckpoint><name>point</name></domaincheckpoint>"
    ),
    "snapshot": lambda domain: domain.snapshot_create_xml(
        "<domainsnapshot><name>new</name></domainsnapshot>"
    ),
    "attach": lambda domain: domain.attach_device_flags(
        "<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>", 3
    ),
}


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_qemu_that_hangs(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What it was asked for comes to be later, when nobody waits any more: it is taken back, so
    that the act can be done again, and the guest runs as it did."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    monkeypatch.setitem(Guest.ask.__kwdefaults__, "timeout", 0.3)
    process = _stopped(connection)
    try:
        with pytest.raises(Error, match="QEMU does not answer to '"):
            CHANGES[name](domain)
    finally:
        os.kill(process, signal.SIGCONT)
    monkeypatch.undo()
    CHANGES[name](domain)
    assert domain.get_state().state == 1
    assert (len(domain.list_all_checkpoints()), len(domain.list_all_snapshots())) == (
        int(name == "checkpoint"), int(name == "snapshot")
    )  # fmt: skip
    assert domain.get_xml_desc().count("<rng ") == (name == "attach")


def test_what_is_known_without_a_qemu_that_hangs(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its threads are, where they run and what they spend, and that nobody has its channels."""
    channel = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    document = tiny.xml.replace("<vcpu>1", "<iothreads>1</iothreads><vcpu current='2'>3")
    domain = connection.domain_define_xml(document.replace("</devices>", f"{channel}</devices>"))
    domain.create()
    monkeypatch.setitem(Guest.ask.__kwdefaults__, "timeout", 0.3)
    process = _stopped(connection)
    try:
        assert [each.number for each in domain.get_vcpus(3, 1).info] == [0, 1]
        domain.pin_vcpu_flags(1, b"\1", 1)
        domain.pin_iothread(1, b"\1", 1)
        assert [each.cpumap for each in domain.get_iothread_info(1)] == [b"\1"]
        domain.set_vcpus_flags(2, 1)
        with pytest.raises(InvalidArgument, match="vcpu '1' is already in requested state"):
            domain.set_vcpu("1", 1, 1)
        for asked in (domain.get_hostname, domain.get_guest_vcpus):
            with pytest.raises(Error, match="QEMU guest agent is not connected"):
                asked()
    finally:
        os.kill(process, signal.SIGCONT)
    monkeypatch.undo()
    domain.set_vcpus_flags(3, 1)
    assert [each.number for each in domain.get_vcpus(3, 1).info] == [0, 1, 2]
    domain.add_iothread(2, 1)
    assert len(domain.get_iothread_info(1)) == 2


def test_a_qemu_that_hangs_and_is_killed(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    monkeypatch.setitem(Guest.ask.__kwdefaults__, "timeout", 0.3)
    process = _stopped(connection)
    with pytest.raises(Error, match="QEMU does not answer to '"):
        CHANGES["checkpoint"](domain)
    with connection.watch("control-error", "lifecycle", timeout=60) as watch:
        os.kill(process, signal.SIGKILL)  # with a question that it has not read
        while domain.is_active():
            pass
        told = [event.word for _, event in zip(range(2), watch, strict=False)]
    assert told == ["control-error", "lifecycle"]
    domain.create()
    monkeypatch.undo()
    CHANGES["checkpoint"](domain)


def test_a_qemu_that_is_killed_in_a_backup(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    """Nothing is left of it, and the next one can begin."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    for _ in range(2):
        domain.backup_begin(BACKUP.format(tmp_path))
        assert domain.get_job_info().type == 2
        [guest] = connection.driver.hypervisor.guests.all()
        process = guest.run.process
        os.kill(process.pid, signal.SIGKILL)
        while domain.get_state().state == 1:
            pass
        assert domain.get_state().reason == 3
        assert not {each.name for each in tmp_path.iterdir()} & {"nbd", "scratch"}
        domain.create()


def test_an_image_that_somebody_writes_to(connection: Connection, tmp_path: Path) -> None:
    """Going back fails, and the guest stays what it was; later it can go back."""
    from tiny_guest import TinyGuest

    tiny = TinyGuest(tmp_path, "tiny", disks=2)
    domain = connection.domain_define_xml(tiny.xml)
    inside = domain.snapshot_create_xml("<domainsnapshot><name>in</name></domainsnapshot>", 0)
    domain.snapshot_create_xml("<domainsnapshot><name>above</name></domainsnapshot>", 16)
    before = domain.get_xml_desc()
    with subprocess.Popen(
        ["qemu-io", "-f", "qcow2", str(tiny.disks[1])],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as writer:  # fmt: skip
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdin.write("length\n")
        writer.stdin.flush()
        assert writer.stdout.readline()  # it has it open
        with pytest.raises(InternalError, match='Failed to get "write" lock'):
            inside.revert_to_snapshot()
        assert domain.get_xml_desc() == before
        assert domain.snapshot_current().name == "above"
        writer.stdin.close()
    inside.revert_to_snapshot()
    assert domain.snapshot_current().name == "in"
    assert ".above'" not in domain.get_xml_desc()


def test_a_disk_that_is_really_full(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """The guest stands still, each opener says why, and it goes on when there is room."""
    if os.geteuid():
        pytest.skip("only root makes a small disk")
    small = tmp_path / "small"
    small.mkdir()
    below = tmp_path / "below"
    below.write_bytes(WRITER.ljust(510, b"\0") + b"\x55\xaa" + bytes((64 << 20) - 512))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", small], check=True)
    try:
        image = small / "image"
        make = ["qemu-img", "create", "-q", "-f", "qcow2", "-b", below, "-F", "raw", image]
        subprocess.run(make, check=True)
        document = tiny.xml.replace(str(tiny.disks[0]), str(image))
        document = document.replace("type='qcow2'/>", "type='qcow2' error_policy='enospace'/>")
        with vsh.connect(root) as connection:
            with connection.watch("io-error-reason", timeout=30) as errors:
                domain = connection.domain_define_xml(document)
                domain.create()
                told = next(iter(errors))
            assert (told.srcPath, told.action, told.reason) == (str(image), 1, "enospc")
        with vsh.connect(root) as connection:
            domain = connection.domains["tiny"]
            assert tuple(domain.get_state()) == (3, 5)
            assert [tuple(each) for each in domain.get_disk_errors()] == [("vda", 2)]
            written = domain.block_stats("vda").wr_bytes
            subprocess.run(["mount", "-o", "remount,size=99m", small], check=True)
            domain.resume()
            limit = time.monotonic() + 30
            while domain.block_stats("vda").wr_bytes < written + 64 * 512:
                assert time.monotonic() < limit
            assert domain.get_state().state == 1
            domain.destroy()
        subprocess.run(["qemu-img", "check", "-q", image], check=True)
    finally:
        with vsh.connect(root) as connection:
            for each in connection.list_all_domains(1):
                each.destroy()
        subprocess.run(["umount", small], check=True)
