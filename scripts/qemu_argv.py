#!/usr/bin/env python3
"""Answer with QEMU's command line for each document, as vsh builds it.

One JSON object a line comes in: name, arch, version, and the domain's document as ``in``; arch and
version pick a recording caps_VERSION.ARCH.replies.xz of the folder given.  One goes out: name, with
``argv`` and ``env``, or ``error``.  The host is the one that libvirt's own recordings of command
lines assume.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import functools
import json
import lzma
import os
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vsh.drivers.host.aes import BLOCK, KEY, Aes
from vsh.drivers.qemu.devices import displays
from vsh.errors import Error, InternalError
from vsh.hypervisors.qemu import isolation
from vsh.hypervisors.qemu.argv import command_line, environment
from vsh.hypervisors.qemu.argv.host import Host, Volume
from vsh.hypervisors.qemu.argv.server import beyond_qemu
from vsh.hypervisors.qemu.capabilities import Capabilities
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.emulator import asked
from vsh.hypervisors.qemu.firmware import FOLDERS, Firmware, installed
from vsh.hypervisors.qemu.older_words import older
from vsh.hypervisors.qemu.recording import Recording
from vsh.hypervisors.qemu.starting import prepare
from vsh.xml.domain import Domain
from vsh.xml.engine import flags
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.reader import read
from vsh.xml.shared.encryption import SecretReference
from vsh.xml.shared.image import Host as StorageHost

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECRET = b"AQCVn5hO6HzFAhAAq0NCv8jtJcIcE+HOBlMQ1A"  # of whatever is looked up
_OPENED = {"testgroup2": [700, 705], "testgroup5": [704], "testgroup6": [777, 778]}
_IOMMU_GROUPS = {
    "0001:00:00.0": 4, "0001:01:00.0": 5, "0001:01:00.1": 5, "0005:80:00.0": 6, "0005:90:01.0": 7,
    "0005:90:01.1": 7, "0005:90:01.2": 7, "0005:90:01.3": 7,
}  # fmt: skip
"""Of the PCI devices that the recordings' host has; a pseries guest keeps its groups apart."""
_SASL = {"vnc_sasl": True, "vnc_sasl_folder": "/root/.sasl2"}
_TLS = {"vnc_certificates": "/etc/pki/libvirt-vnc", **_SASL}
_SERIAL_TLS = {
    "chardev_tls": True, "chardev_verify": False, "certificates": "/etc/pki/libvirt-chardev",
    "certificate_secret": False,
}  # fmt: skip
SETTINGS: dict[str, dict[str, object]] = {
    "disk-network-tlsx509-vxhs": {"vxhs_tls": True},
    "fips-enabled": {"fips": True},
    "graphics-spice-auto-socket-cfg": {"by_socket": frozenset({"spice"})},
    "graphics-spice-sasl": {"spice_sasl": True, "spice_sasl_folder": "/root/.sasl2"},
    "graphics-vnc-auto-socket-cfg": {"by_socket": frozenset({"vnc"})},
    "graphics-vnc-sasl": _SASL,
    "graphics-vnc-tls": _TLS,
    "graphics-vnc-tls-secret": {**_TLS, "vnc_secret": "any"},
    "serial-tcp-tlsx509-chardev": _SERIAL_TLS,
    "serial-tcp-tlsx509-chardev-notls": _SERIAL_TLS,
    "serial-tcp-tlsx509-chardev-verify": {**_SERIAL_TLS, "chardev_verify": True},
    "serial-tcp-tlsx509-secret-chardev": {**_SERIAL_TLS, "certificate_secret": True},
}
"""What libvirt's own test says of the driver before a document's command line was recorded, which
no document has: the words of ``Host``, by the document's name."""
SOUND = {
    "audio-default-nographics": ("", "alsa"),
    "audio-default-sdl": ("sdl", "sdl"),
    "audio-default-vnc": ("vnc", "alsa"),
}
"""The display whose guests may sound on the host, and QEMU_AUDIO_DRV there: in the same way."""
_VIRTIO = ("virtio", "virtio-transitional", "virtio-non-transitional")


class Recorded(Host):
    """The host of the recordings: fixed folders, descriptors, secrets and time."""

    guests = "/tmp/lib"
    channels = "/tmp/channel"
    memory = "/var/lib/libvirt/qemu/ram"
    hugepage_default = 2048
    hugepages = ((2048, "/dev/hugepages2M"), (1048576, "/dev/hugepages1G"))
    numa_nodes = 8
    spice_tls = spice_password = certificate_secret = True
    chardev_verify = False
    nbd_certificates = "/etc/pki/libvirt-nbd/dummy,path"
    nbd_secret = SecretReference(type="tls", usage="nbd")
    vxhs_certificates = "/etc/pki/libvirt-vxhs/dummy,path"
    vxhs_secret = nbd_secret
    render_node = "/dev/dri/foo"

    def monitor(self, domain: Domain) -> str:
        return "fd=1729"

    def listener(self, name: str, path: str | None) -> str | None:
        return "1729"

    def file(self, name: str, path: str | None) -> str | None:
        return "1751" if name.endswith("-log") else "1750"

    def now(self) -> int:
        return 1234567890

    def no_node(self, node: int) -> Error:
        return InternalError(f"Mock: no numa node set is available at bit {node}")

    def secret(self, name: str, wanted: object) -> dict[str, str]:
        start = bytes(range(BLOCK))  # libvirt's tests have no randomness
        value = wanted.encode() if isinstance(wanted, str) else _SECRET
        data = Aes(bytes(range(KEY))).chained(value, start)
        return {
            "keyid": "masterKey0",
            "format": "base64",
            "data": base64.b64encode(data).decode(),
            "iv": base64.b64encode(start).decode(),
        }

    def group(self, name: str) -> tuple[list[int], bool]:
        return (_OPENED[name], True) if name in _OPENED else super().group(name)

    def has_swtpm(self) -> bool:
        return True

    def vhost_scsi(self, device) -> str:
        return "3"

    def volume(self, pool: str | None, name: str | None) -> Volume:
        """Volumes are called KIND+NAME; those of an iSCSI pool are units."""
        kind, plus, rest = name.partition("+")
        kind, rest = (kind, rest) if plus else ("block", name)
        return Volume(
            kind,
            f"/some/{kind}/device/{rest}",
            "iscsi" if pool.startswith("pool-iscsi") else "dir",
            hosts=[StorageHost(name="iscsi.example.com", port=3260)],
            target="demo-target",
        )

    def serves(self, kind, source) -> bool:
        """What QEMU cannot do itself is nbdkit's."""
        return kind == "network" and beyond_qemu(source) is not None

    def nbdkit(self, source, auth, node, *, readonly) -> str:
        return f"{self.guests}/domain--1-QEMUGuest1/nbdkit-{node}.socket"

    def is_cdrom(self, path: str | None) -> bool:
        return path == "/dev/cdrom"

    def tap(self, card, queues: int) -> tuple[list[str], list[str]]:
        vhost = [str(44 + number) for number in range(queues)]
        taps = [str(3 + number) for number in range(queues)]
        return taps, vhost if card.model in _VIRTIO else []

    def vdpa(self, path: str) -> int:
        return 1732

    def passt(self, card, alias: str) -> str:
        folder = "/bad-test-used-env-xdg-runtime-dir/libvirt/qemu/run/passt"
        return f"{folder}/-1-QEMUGuest1-{alias}.socket"

    def vhost_gpu(self, video) -> str:
        return "1729"

    def tpm(self, tpm) -> tuple[str, str]:
        return "1730", "1731"

    def tpm_socket(self, domain: Domain, tpm) -> str:
        return "/dev/test"

    def vsock(self, vsock) -> tuple[int, str]:
        return (42 if vsock.auto else vsock.cid or 0), "6789"


class Recordings(Capabilities):
    """A recorded QEMU; its host is taken to be able to encrypt guests."""

    @property
    def sev_guest(self) -> bool:
        return self.has("sev-guest")


@functools.cache
def capabilities(folder: Path, version: str, arch: str) -> Capabilities:
    """What a recorded QEMU can do."""
    with lzma.open(folder / f"caps_{version}.{arch}.replies.xz", "rt") as file:
        recording = Recording(file.read())
    return Recordings(recording, recording.emulation)


def newest(folder: Path, arch: str) -> str:
    """The version of the newest QEMU that was recorded for an architecture."""
    found = [path.name.split(".")[0:3] for path in folder.glob(f"caps_*.{arch}.replies.xz")]
    versions = [[int(part.removeprefix("caps_")) for part in parts] for parts in found]
    return ".".join(map(str, max(versions)))


@functools.cache
def firmwares(folder: Path) -> list[Firmware]:
    """The firmware that the recordings assume, from firmware.tar.xz beside them."""
    archive = folder / "firmware.tar.xz"
    found: dict[str, dict[str, str]] = {place: {} for place in FOLDERS}
    if archive.exists():
        with tarfile.open(archive) as tar:
            for member in tar:
                path = member.name.partition("/")[2]
                place, _, name = path.rpartition("/")
                file = tar.extractfile(member) if f"/{place}" in found else None
                if file is not None:
                    found[f"/{place}"][name] = file.read().decode()
    return installed(found[place] for place in FOLDERS)


@contextlib.contextmanager
def host_of_recordings() -> Iterator[None]:
    """While it lasts, the host's PCI devices are those of the recordings."""
    with tempfile.TemporaryDirectory() as folder:
        for name, group in _IOMMU_GROUPS.items():
            device = Path(folder, "bus/pci/devices", name)
            device.mkdir(parents=True)
            device.joinpath("iommu_group").symlink_to(f"{folder}/kernel/iommu_groups/{group}")
        with mock.patch.object(isolation, "SYSFS", folder):
            yield


def answer(question: dict, folder: Path) -> dict:
    """The command line for a question, or the error."""
    with contextlib.ExitStack() as stack:
        name = question["name"].partition(f".{question['arch']}-")[0]
        host = Recorded()
        for word, value in SETTINGS.get(name, {}).items():
            setattr(host, word, value)
        display, driver = SOUND.get(name, (None, None))
        if driver is not None:
            stack.enter_context(mock.patch.dict(os.environ, QEMU_AUDIO_DRV=driver))
        return _answer(question, folder, host, frozenset(() if display is None else (display,)))


def _answer(question: dict, folder: Path, host: Recorded, sounding: frozenset[str]) -> dict:
    can = capabilities(folder, question["version"], question["arch"])
    try:
        problems: list[Problem] = []
        wanted = flags.INACTIVE | flags.ABI_UPDATE
        domain = read(question["in"], Domain, flags=wanted, problems=problems)
        if problems:
            raise problems[0].error if can.newest else older(problems[0])
        if "<genid/>" in question["in"]:
            domain.genid = ["00010203-0405-4607-8809-0a0b0c0d0e0f"]
        emulator = asked(can)
        emulator.sounding = sounding
        if newest(folder, question["arch"]) == question["version"]:
            emulator.machines = {}  # boards keep the names that documents give them
        defaults = QemuDefaults(emulator, program=can)
        if not can.newest:  # whose recordings' daemon had folders of its own
            defaults.channels, defaults.guests = Recorded.channels, Recorded.guests
        defaults.nvram = "/var/lib/libvirt/qemu/nvram"
        defaults.complete(domain, flags=flags.INACTIVE)
        prepare(domain, can, emulator, firmwares(folder.parent))
        host.arch = question["arch"]
        if host.by_socket:
            displays.settle(domain, host, None)
        words = command_line(domain, can, host)
    except Error as error:
        return {"name": question["name"], "error": str(error)}
    return {"name": question["name"], "argv": words, "env": dict(environment(domain, host))}


def main() -> None:
    """Answer until the questions end."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replies", type=Path, required=True, help="the folder of recordings")
    options = parser.parse_args()
    with host_of_recordings():
        for line in sys.stdin:
            if line.strip():
                print(json.dumps(answer(json.loads(line), options.replies)), flush=True)


if __name__ == "__main__":
    main()
