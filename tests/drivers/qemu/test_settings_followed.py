"""What qemu.conf says of guests that run: each setting does what libvirt's does."""

from __future__ import annotations

import os
import re
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from own_network import sh

import vsh
from vsh.api.types import TypedParams
from vsh.drivers.host import mac_filter, page_cache
from vsh.drivers.qemu import core_scheduling, folder_program, settings
from vsh.drivers.state.jobs import DESTROY, MODIFY, AsyncJob, Jobs
from vsh.errors import ConfigUnsupported, InternalError, OperationFailed, SystemFailure
from vsh.words.domain.lifecycle import DomainCreate, DomainSaveRestore
from vsh.xml.domain.devices.filesystem import FileSystem

if TYPE_CHECKING:
    from own_network import OwnNetwork
    from tiny_guest import TinyGuest

ETHERNET = 0x0300  # ETH_P_ALL, as the network has it
MAC = "52:54:00:00:00:01"


def configured(tmp_path: Path, *lines: str) -> None:
    folder = tmp_path / "root"
    folder.mkdir(mode=0o700)
    (folder / "qemu.conf").write_text("\n".join(lines))


# ---- the kernel's cookies


class Kernel:
    """A kernel that shares cores out by cookies; that of the tests was built without it."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.asked: list[tuple[int, ...]] = []

    def __call__(self, act: int, process: int, scope: int, place: int = 0) -> None:
        self.asked.append((act, process, scope))
        if self.number:
            raise OSError(self.number, os.strerror(self.number))


def vcpus() -> dict[int, int]:
    return {0: 8, 1: 9, 2: 10}


def test_cores_are_shared_with_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel()
    monkeypatch.setattr(core_scheduling, "_prctl", kernel)
    create, share_to, share_from, thread, process = 1, 2, 3, 0, 1
    core_scheduling.start("none", 7, [70], vcpus)
    assert kernel.asked == []
    core_scheduling.start("emulator", 7, [70], vcpus)
    assert kernel.asked == [(create, 7, process)]
    kernel.asked.clear()
    core_scheduling.start("full", 7, [70], vcpus)
    assert kernel.asked == [
        (create, 7, process), (share_from, 7, thread), (share_to, 70, process),
    ]  # fmt: skip
    kernel.asked.clear()
    core_scheduling.start("vcpus", 7, [70], vcpus)
    own = [(share_from, 8, thread), (share_to, 9, thread), (share_to, 10, thread)]
    assert kernel.asked == [(create, 8, thread), *own]
    kernel.asked.clear()
    core_scheduling.follow("vcpus", vcpus)
    assert kernel.asked == own


def test_a_kernel_without_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core_scheduling, "_prctl", Kernel(22))
    assert [str(each) for each in core_scheduling.problems("full")] == [
        str(ConfigUnsupported("SCHED_CORE not supported by kernel"))
    ]
    monkeypatch.setattr(core_scheduling, "_prctl", Kernel(1))
    assert "Unable to detect SCHED_CORE: " in str(next(core_scheduling.problems("vcpus")))
    with pytest.raises(SystemFailure, match="Unable to set SCHED_CORE: Operation not permitted"):
        core_scheduling.start("emulator", 7, [], vcpus)
    with pytest.raises(SystemFailure, match="unable to share scheduling cookie from 8"):
        core_scheduling.follow("vcpus", vcpus)


def test_what_this_kernel_says(tmp_path: Path) -> None:
    """The real call: the setting is taken, or refused in libvirt's words."""
    (tmp_path / "qemu.conf").write_text('sched_core = "vcpus"')
    try:
        found = settings.load(str(tmp_path))
    except (ConfigUnsupported, SystemFailure) as error:
        assert re.search("SCHED_CORE not supported by kernel|Unable to detect", str(error))
    else:
        assert found.sched_core == "vcpus"


# ---- addresses of cards


def test_a_bridge_passes_on_what_has_the_cards_address(
    own_network: OwnNetwork, tmp_path: Path
) -> None:
    """Frames on real links: a guest's with its own address and another's, and a stranger's."""
    del own_network
    root = str(tmp_path)
    sh("ip link add br0 type bridge && ip link set br0 up")
    for name in ("guest", "other", "third"):
        sh(f"ip link add {name} type veth peer name {name}p")
        sh(f"ip link set {name} master br0; ip link set {name} up; ip link set {name}p up")
    mac_filter.allow(root, "guest", MAC)
    mac_filter.allow(root, "gone", "52:54:00:00:00:02")
    mac_filter.forget(root, "gone", "52:54:00:00:00:02")
    heard = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, ETHERNET)
    heard.bind(("otherp", 0))
    heard.settimeout(20)

    def through(link: str, source: str) -> bool:
        """Whether a frame comes out, which another follows that does in any case."""
        for sender, mac, mark in (
            (link, source, b"frame"),
            ("thirdp", "52:54:00:00:00:09", b"end"),
        ):
            with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
                out.bind((sender, 0))
                out.send(b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) + b"\x88\xb5" + mark)
        found = False
        while not (frame := heard.recv(2048)).endswith(b"\x88\xb5end"):
            found = found or frame.endswith(b"frame")
        return found

    assert through("guestp", MAC)
    assert not through("guestp", "52:54:00:00:00:03")
    assert through("thirdp", "52:54:00:00:00:03")
    mac_filter.forget(root, "guest", MAC)
    assert mac_filter.table(root) not in sh("nft list tables")
    assert through("guestp", "52:54:00:00:00:03")
    heard.close()


def test_a_guests_card_is_filtered(
    own_network: OwnNetwork, root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    del own_network
    configured(tmp_path, "mac_filter = 1")
    sh("ip link add br0 type bridge && ip link set br0 up")
    card = (
        f"<interface type='bridge'><mac address='{MAC}'/><source bridge='br0'/>"
        "<target dev='vcard0'/></interface></devices>"
    )
    place = str(tmp_path / "root")
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml.replace("</devices>", card))
        rules = sh(f"nft list table bridge {mac_filter.table(place)}")
        assert f'elements = {{ "vcard0" . {MAC} }}' in rules
        domain.destroy()
        assert mac_filter.table(place) not in sh("nft list tables")


# ---- how many may wait


def test_how_many_may_wait_for_a_guest() -> None:
    jobs = Jobs(threading.RLock(), lambda: 1)  # type: ignore[arg-type]
    with jobs.lock:
        jobs.begin(MODIFY, "remoteDispatchDomainCreate")
        with pytest.raises(OperationFailed) as caught:
            jobs.begin(MODIFY)
        assert str(caught.value) == (
            "operation failed: cannot acquire state change lock "
            "(held by monitor=remoteDispatchDomainCreate) due to max_queued limit"
        )
        jobs.end()
        jobs.begin_long(AsyncJob(3, "domain save job", "x"))
        jobs.begin(DESTROY)  # an end is always let in
        jobs.end()
        with pytest.raises(OperationFailed, match=r"held by monitor=x\) due to max_queued limit"):
            jobs.begin(MODIFY)
        jobs.end_long()
        jobs.begin(MODIFY)
        jobs.end()


def test_the_limit_is_that_of_the_settings(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    configured(tmp_path, "max_queued = 1")
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        guest = connection.driver.hypervisor.guests.find(domain)  # type: ignore[attr-defined]
        with guest:
            guest.jobs.begin(MODIFY, "somebody")
        with pytest.raises(OperationFailed, match=r"held by monitor=somebody\) due to max_queued"):
            domain.create()
        with guest:
            guest.jobs.end()


# ---- who is confined, whose files are whose


def test_who_is_confined(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    configured(tmp_path, "security_require_confined = 1")
    label = "<seclabel type='none' model='none'/></domain>"
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml.replace("</domain>", label))
        with pytest.raises(ConfigUnsupported, match="Unconfined guests are not allowed on this"):
            domain.create()
        domain.undefine()
        connection.domain_create_xml(tiny.xml).destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's guests have other users")
def test_files_of_guests_that_are_not_confined(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    configured(tmp_path, "security_default_confined = 0", 'user = "root"')
    (tmp_path / "disk").write_bytes(bytes(1 << 20))
    os.chown(tmp_path / "disk", 1234, 1234)
    os.chmod(tmp_path / "disk", 0o666)
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(_with_disk(tiny, tmp_path / "disk"))
        assert "<seclabel type='none' model='dac'/>" in domain.get_xml_desc()
        assert os.stat(tmp_path / "disk").st_uid == 1234
        domain.destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's guests have other users")
def test_owners_that_are_not_remembered(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """libvirt gives such files to root."""
    configured(tmp_path, "remember_owner = 0", 'user = "+65534"', 'group = "+65534"')
    disk = tmp_path / "disk"
    disk.write_bytes(bytes(1 << 20))
    os.chown(disk, 1234, 1234)
    with vsh.connect(root) as connection:
        domain = connection.domain_create_xml(_with_disk(tiny, disk))
        assert os.stat(disk).st_uid == 65534
        assert not any("owner" in name for name in os.listxattr(disk))
        domain.destroy()
        assert (os.stat(disk).st_uid, os.stat(disk).st_gid) == (0, 0)


def _with_disk(tiny: TinyGuest, path: Path) -> str:
    disk = f"<disk type='file'><source file='{path}'/><target dev='vdb' bus='virtio'/></disk>"
    return tiny.xml.replace("</devices>", f"{disk}</devices>")


# ---- the host's cache, programs beside a guest, signs of life


def test_what_is_kept_out_of_the_hosts_cache(
    root: str, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each image that was read or written so is dropped from it; others are not."""
    dropped: list[str] = []
    monkeypatch.setattr(page_cache, "drop", lambda path: dropped.append(Path(path).name))
    configured(tmp_path, "auto_dump_bypass_cache = 1", f'auto_dump_path = "{tmp_path}"')
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        for flags in (0, int(DomainSaveRestore.BYPASS_CACHE)):
            domain.create()
            domain.managed_save(flags)
        assert dropped == ["tiny.save"]
        domain.create_with_flags(DomainCreate.START_BYPASS_CACHE)
        assert dropped == ["tiny.save", "tiny.save"]
        domain.save_flags(str(tmp_path / "image"), None, DomainSaveRestore.BYPASS_CACHE)
        connection.domain_restore_flags(str(tmp_path / "image"), None, 1)
        assert dropped[2:] == ["image", "image"]
        from vsh.drivers.qemu import crash_dump

        hypervisor = connection.driver.hypervisor  # type: ignore[attr-defined]
        with hypervisor.guests.query(domain, active=True) as guest:
            assert crash_dump.make(hypervisor, guest)
        assert "-tiny-" in dropped[4]


def test_a_real_file_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "image").write_bytes(b"x")
    page_cache.drop(str(tmp_path / "image"))
    page_cache.drop(str(tmp_path / "none"))  # which is no error
    assert (tmp_path / "image").read_bytes() == b"x"


def test_a_folders_program_says_what_it_does() -> None:
    folder = FileSystem(driver_type="virtiofs", source_dir="/x")
    assert folder_program.command("/v", folder, 3, debug=True)[-1] == "-d"
    words = folder_program.command("/v", folder, 3, separate=True, debug=True)
    assert words[-2:] == ["--log-level", "debug"]


def test_signs_of_life_between_daemons(
    root: str, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guest that moves by itself asks the other side for them as often as the setting says."""
    configured(tmp_path, "keepalive_interval = -1", "keepalive_count = 7")
    opened: list[object] = []
    connect = vsh.connect

    def noted(uri: str, **options: object) -> object:
        opened.append(options)
        raise InternalError("not here")

    with connect(root) as connection:
        domain = connection.domain_create_xml(tiny.xml)
        with monkeypatch.context() as patch:
            patch.setattr(vsh, "connect", noted)
            with pytest.raises(InternalError, match="not here"):
                domain.migrate_perform3_params("qemu:///system", TypedParams(), b"", 3)
    assert opened == [{"keepalive": (0, 7)}]


def test_what_no_number_is(tmp_path: Path) -> None:
    (tmp_path / "qemu.conf").write_text('keepalive_interval = "x"')
    with pytest.raises(InternalError, match="expected an integer for 'keepalive_interval'"):
        settings.load(str(tmp_path))
