"""Guests saved to files or kept as managed saves, their images, core dumps and screenshots.

An image is libvirt's: 15 bytes of magic, the length of the document as a native int, the document.
"""

from __future__ import annotations

import os

from vsh.drivers import _events as events
from vsh.drivers._base import bare
from vsh.drivers._streams import Bytes
from vsh.drivers.test import definitions
from vsh.drivers.test._part import Part
from vsh.errors import ArgumentUnsupported, InternalError, OperationInvalid, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAGIC = b"TestGuestMagic\0"

# reasons and event details
_RESTORED, _STARTED_RESTORED = 3, 2
_SAVED, _STOPPED_SAVED = 5, 4
_CRASHED, _STOPPED_CRASHED = 3, 2

_LONGEST = 8192
_BYPASS_CACHE, _RUNNING, _PAUSED = 1, 2, 4
_DUMP_CRASH = 1


class ManagedSave(Part):
    """Saving and restoring."""

    def domain_save(self, domain: Any, path: str) -> None:
        self.domain_save_flags(domain, path, None, 0)

    def domain_save_flags(
        self, domain: Any, path: str, xml: str | None = None, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainSaveFlags")
        if xml is not None:
            raise ArgumentUnsupported("xml modification unsupported")
        with self.domain(domain, active=True) as vm:
            _write_image(path, vm.name, definitions.text(vm.definition, vm.id))
            self.stop(vm, _SAVED, _STOPPED_SAVED)

    def domain_restore(self, connection: Any, path: str) -> None:
        self.domain_restore_flags(connection, path, None, 0)

    def domain_restore_flags(
        self, connection: Any, path: str, xml: str | None = None, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainRestoreFlags")
        if xml is not None:
            raise ArgumentUnsupported("xml modification unsupported")
        definition = definitions.parsed(_read_image(path), check=False)
        definitions.name_interfaces(definition)
        with self.world.lock:
            vm, _ = self.world.take_definition(definition, live=True)
            vm.start(_RESTORED)
            self.lifecycle_event(vm, events.STARTED, _STARTED_RESTORED)

    def domain_save_image_get_xml_desc(self, connection: Any, path: str, flags: int = 0) -> str:
        self.accept(flags, 1, "testDomainSaveImageGetXMLDesc")
        definition = definitions.parsed(_read_image(path), check=False)
        return definitions.text(definition)

    def domain_save_image_define_xml(
        self, connection: Any, path: str, xml: str, flags: int = 0
    ) -> None:
        self.accept(flags, _RUNNING | _PAUSED, "testDomainSaveImageDefineXML")
        definitions.parsed(_read_image(path), check=False)
        definition = definitions.parsed(xml)
        _write_image(path, definition.name, definitions.text(definition))

    def domain_managed_save(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, _BYPASS_CACHE | _RUNNING | _PAUSED, "testDomainManagedSave")
        with self.domain(domain, active=True) as vm:
            if not vm.persistent:
                raise OperationInvalid("cannot do managed save for transient domain")
            self.stop(vm, _SAVED, _STOPPED_SAVED)
            vm.managed_save = True

    def domain_has_managed_save_image(self, domain: Any, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainHasManagedSaveImage")
        return int(self.domain(domain).managed_save)

    def domain_managed_save_remove(self, domain: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainManagedSaveRemove")
        with self.domain(domain) as vm:
            vm.managed_save = False

    def domain_core_dump(self, domain: Any, path: str, flags: int = 0) -> None:
        self.domain_core_dump_with_format(domain, path, 0, flags)

    def domain_core_dump_with_format(
        self, domain: Any, path: str, kind: int, flags: int = 0
    ) -> None:
        self.accept(flags, _DUMP_CRASH, "testDomainCoreDumpWithFormat")
        with self.domain(domain, active=True) as vm:
            try:
                _write(path, MAGIC)
            except OSError as error:
                raise _system(
                    f"domain '{domain.name}' coredump: failed to open {path}", error
                ) from error
            if kind != 0:
                raise OperationUnsupported("kdump-compressed format is not supported here")
            if flags & _DUMP_CRASH:
                self.stop(vm, _CRASHED, _STOPPED_CRASHED)

    def domain_screenshot(self, domain: Any, stream: Any, screen: int, flags: int = 0) -> str:
        self.accept(flags, 0, "testDomainScreenshot")
        stream.channel = Bytes(_screen())
        return "image/png"


def _write_image(path: str, name: str, text: str) -> None:
    document = text.encode()
    try:
        _write(path, MAGIC + len(document).to_bytes(4, "little") + document)
    except OSError as error:
        raise _system(f"saving domain '{name}' to '{path}': open failed", error) from error


def _read_image(path: str) -> str:
    try:
        with open(path, "rb") as file:
            magic = file.read(len(MAGIC))
            length = int.from_bytes(file.read(4), "little", signed=True)
            document = file.read(max(0, min(length, _LONGEST)))
    except OSError as error:
        raise _system(f"cannot read domain image '{path}'", error) from error
    if len(magic) != len(MAGIC):
        raise bare(38, f"incomplete save header in '{path}': Success")
    if magic != MAGIC:
        raise InternalError("mismatched header magic")
    if not 1 <= length <= _LONGEST:
        raise InternalError("length of metadata out of range")
    if len(document) != length:
        raise bare(38, f"incomplete metadata in '{path}': Success")
    return document.decode(errors="replace")


def _write(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _system(what: str, error: OSError) -> Exception:
    return bare(38, f"{what}: {os.strerror(error.errno or 0)}")


# the picture that libvirt's driver shows: as many pixels, as many bytes
_WIDTH, _HEIGHT, _SCREEN_SIZE = 1120, 832, 33443


def _screen() -> bytes:
    """A black screen in PNG, filled up with a comment."""
    from zlib import compress, crc32

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + checksum

    size = _WIDTH.to_bytes(4, "big") + _HEIGHT.to_bytes(4, "big")
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + bytes((8, 0, 0, 0, 0)))
    end = chunk(b"IDAT", compress((b"\0" * (1 + _WIDTH)) * _HEIGHT)) + chunk(b"IEND", b"")
    room = _SCREEN_SIZE - len(start) - len(end) - len(chunk(b"tEXt", b""))
    return start + chunk(b"tEXt", b"Comment\0".ljust(room)) + end
