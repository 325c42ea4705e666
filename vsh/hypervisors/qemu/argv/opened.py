"""What a QEMU opens: the files that its command line, or a command to its monitor, names.

Each is a path, how it is used, and the name of the object that uses it ("" for the whole run).
"""

from __future__ import annotations

import os
from itertools import pairwise

from vsh.qmp import notation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeAlias

    Opened: TypeAlias = tuple[str, str, str]

OWN, MAKE, READ, USE, REACH, FILL = "own", "make", "read", "use", "reach", "fill"
"""Its own; the same, and made where it is not; read; used; got at; made beside what is there."""
_IMAGES = ("-kernel", "-initrd", "-dtb", "-bios")
_CERTIFICATES = (
    "ca-cert.pem", "ca-crl.pem", "server-cert.pem", "server-key.pem", "client-cert.pem",
    "client-key.pem", "dh-params.pem",
)  # fmt: skip
_LOCAL = ("file", "host_device", "host_cdrom")
_DEVICES = ("serial", "parallel", "pipe", "file")
_CHARACTERS = ("charserial", "charparallel", "charchannel", "charconsole")
"""Of these the sockets that QEMU connects to become its user's; those of vhost-user do not."""


def of_run(words: list[str], folder: str, *, kvm: bool) -> Iterator[Opened]:
    """What a run needs: its folder, the kernel's help, what its command line names."""
    yield f"{folder}/monitor.sock", REACH, ""
    if kvm:
        yield "/dev/kvm", USE, ""
    yield from by_words(words)


def by_words(words: list[str]) -> Iterator[Opened]:
    """What the words of a command line name."""
    for option, value in pairwise(words):
        if option in _IMAGES:
            yield value, READ, ""
        elif option in _FINDERS:
            kind, found = _pairs(value)
            yield from _FINDERS[option](kind, found)


def by_command(name: str, arguments: Mapping[str, object]) -> Iterator[Opened]:
    """What a command to the monitor names."""
    if name == "blockdev-add":
        yield from _block("", arguments)
    elif name == "object-add":
        yield from _object("", arguments)
    elif name == "device_add":
        yield from _device("", arguments)
    elif name in ("memsave", "pmemsave", "screendump"):
        yield str(arguments["filename"]), OWN, ""
    elif name in ("migrate", "migrate-incoming") and str(arguments["uri"]).startswith("unix:"):
        how = USE if name == "migrate" else FILL
        yield str(arguments["uri"]).removeprefix("unix:"), how, ""
    elif name == "nbd-server-start":
        address = _struct(arguments["addr"])
        if address.get("type") == "unix":
            yield str(_struct(address["data"])["path"]), FILL, ""
    elif name == "chardev-add":
        backend = _struct(arguments.get("backend"))
        data = _struct(backend.get("data"))
        flat = {name: data.get(name) for name in ("logfile", "server")} | {"id": arguments["id"]}
        address = _struct(_struct(data.get("addr")).get("data"))
        flat["path"] = data.get("out") or data.get("device") or address.get("path")
        yield from _chardev(str(backend.get("type")), flat)
    elif name == "blockdev-create":
        options = _struct(arguments.get("options"))
        if options.get("driver") == "file":
            yield str(options["filename"]), OWN, ""


def given_up(name: str, arguments: Mapping[str, object]) -> str | None:
    """The name of the object that is no more after a command; None for other commands."""
    if name == "blockdev-del":
        return str(arguments["node-name"])
    return str(arguments["id"]) if name in ("chardev-remove", "object-del") else None


def _block(_: str, found: Mapping[str, object]) -> Iterator[Opened]:
    if found.get("driver") in _LOCAL:
        yield str(found["filename"]), OWN, str(found.get("node-name") or "")
    for inner in found.values():
        if isinstance(inner, dict):
            yield from _block("", inner)


def _object(_: str, found: Mapping[str, object]) -> Iterator[Opened]:
    if found.get("dir"):
        for name in _CERTIFICATES:
            yield f"{found['dir']}/{name}", READ, str(found.get("id") or "")
    for name, how in (
        ("rendernode", USE),
        ("mem-path", OWN),
        ("dir", REACH),
        ("evdev", USE),
        ("filename", USE),
    ):
        if found.get(name):
            yield str(found[name]), how, str(found.get("id") or "")


def _chardev(kind: str, found: Mapping[str, object]) -> Iterator[Opened]:
    user = str(found.get("id") or "")
    path, log = found.get("path"), found.get("logfile")
    if path and kind in _DEVICES:
        yield str(path), MAKE if kind == "file" else OWN, user
        if kind == "pipe":
            yield f"{path}.in", OWN, user
            yield f"{path}.out", OWN, user
    elif path and user.startswith(_CHARACTERS) and found.get("server") in (None, False, "off"):
        yield str(path), OWN, user
    elif path:
        yield str(path), REACH, user
    if log:
        yield str(log), MAKE, user


def _device(_: str, found: Mapping[str, object]) -> Iterator[Opened]:
    if found.get("jsonfile"):
        yield str(found["jsonfile"]), OWN, ""
    for name in ("hostdevice", "evdev"):
        if found.get(name):
            yield str(found[name]), USE, str(found.get("id") or "")
    if str(found.get("driver")).startswith("vfio-pci") and found.get("host"):
        group = os.path.realpath(f"/sys/bus/pci/devices/{found['host']}/iommu_group")
        yield f"/dev/vfio/{os.path.basename(group)}", USE, str(found.get("id") or "")
        yield "/dev/vfio/vfio", USE, ""


def _table(_: str, found: Mapping[str, object]) -> Iterator[Opened]:
    if found.get("file"):
        yield str(found["file"]), READ, ""


_FINDERS = {
    "-blockdev": _block, "-object": _object, "-chardev": _chardev, "-device": _device,
    "-acpitable": _table, "-display": _object, "-spice": _object,
}  # fmt: skip


def _pairs(value: str) -> tuple[str, Mapping[str, object]]:
    """A value of properties, as JSON or in words: its first word, and the properties by name."""
    if value.startswith("{"):
        return "", _struct(notation.loads(value))
    found: dict[str, object] = {}
    words = [each.replace("\0", ",") for each in value.replace(",,", "\0").split(",")]
    for word in words:
        name, equals, text = word.partition("=")
        if equals:
            found[name] = text
    inner = [name.removesuffix(".filename") for name in found if name.endswith(".filename")]
    for name in inner:
        found[name] = {"driver": "file", "filename": found[f"{name}.filename"]}
    return words[0], found


def _struct(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
