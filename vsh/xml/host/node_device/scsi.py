"""The capabilities of SCSI host adapters, targets and units, and of drives."""

from __future__ import annotations

from vsh.errors import Error, InternalError
from vsh.xml.engine.given import Given
from vsh.xml.engine.text import ULONG_MAX, number
from vsh.xml.host.node_device.base import (
    Capability,
    DeviceFacts,
    Number,
    capabilities,
    latest,
    numbers,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.xml.engine.reading import Reading


class FcHost(Capability):
    """A Fibre Channel port."""

    wwnn = Given("wwnn")
    wwpn = Given("wwpn")
    fabric_wwn = Given("fabric_wwn")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if DeviceFacts.of(reading).new:
            for name in ("wwnn", "wwpn"):
                if getattr(self, name) is None:
                    setattr(self, name, _generated())
        return ()


def _generated() -> str:
    """A name in the range of the test driver."""
    import os

    return f"5100000{int.from_bytes(os.urandom(5), 'big') & (1 << 36) - 1:09x}"


class VportOperations(Capability):
    """The virtual ports of a Fibre Channel port; how many is the driver's to say."""

    limit = Number("max_vports")
    count = Number("vports")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        self.limit = self.count = 0
        return ()


def _wrong_host(element: _Element, word: str | None, reading: Reading) -> None:
    name = DeviceFacts.of(reading).name
    if word is None:
        raise InternalError(f"missing SCSI host capability type for '{name}'")
    raise InternalError(f"unknown SCSI host capability type '{word}' for '{name}'")


class ScsiHost(Capability):
    """A SCSI host adapter."""

    needs = ("host",)

    host = Number("host")
    unique_id = Number("unique_id")
    capabilities = capabilities({"fc_host": FcHost, "vport_ops": VportOperations}, _wrong_host)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        self.capabilities = latest(self.capabilities)
        if DeviceFacts.of(reading).new:
            self.host, self.unique_id = 0, 0
            return
        yield from numbers(self, reading, ("host", "SCSI host ID"))
        if self.unique_id is not None:
            try:
                value = number(self.unique_id)
                self.unique_id = None if value == -1 else value
            except ValueError:
                yield (
                    "unique_id",
                    InternalError(
                        f"invalid unique_id supplied for '{DeviceFacts.of(reading).name}'"
                    ),
                )


class RemotePort(Capability):
    """The port that a SCSI target is behind."""

    rport = Given("rport")
    wwpn = Given("wwpn")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.rport is None:
            yield InternalError(f"missing rport name for '{DeviceFacts.of(reading).name}'")
        elif self.wwpn is None:
            yield InternalError(f"missing wwpn identifier for '{DeviceFacts.of(reading).name}'")


def _wrong_target(element: _Element, word: str | None, reading: Reading) -> None:
    name = DeviceFacts.of(reading).name
    if word is None:
        raise InternalError(f"missing type for SCSI target capability for '{name}'")
    raise InternalError(f"unknown SCSI target capability type '{word}' for '{name}'")


class ScsiTarget(Capability):
    """A SCSI target."""

    target = Given("target")
    capabilities = capabilities({"fc_remote_port": RemotePort}, _wrong_target)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        self.capabilities = latest(self.capabilities)
        if self.target is None:
            yield (
                "target",
                InternalError(f"no target name supplied for '{DeviceFacts.of(reading).name}'"),
            )


class Scsi(Capability):
    """A SCSI logical unit."""

    host = Number("host")
    bus = Number("bus")
    target = Number("target")
    lun = Number("lun")
    kind = Given("type")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        return numbers(
            self,
            reading,
            ("host", "SCSI host ID"),
            ("bus", "SCSI bus ID"),
            ("target", "SCSI target ID"),
            ("lun", "SCSI LUN ID"),
        )


class Removable(Capability):
    """What is in a drive for removable media; the blocks are the driver's to say."""

    available = Number("media_available")
    size = Number("media_size")
    label = Given("media_label")
    block_size = Number("logical_block_size")
    blocks = Number("num_blocks")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        self.drop("block_size", "blocks")
        self.available = int(self.available == "1")
        yield from numbers(self, reading, ("size", "removable media size"), high=ULONG_MAX)


class Hotpluggable(Capability):
    """The drive may come and go."""

    open = ()


def _wrong_storage(element: _Element, word: str | None, reading: Reading) -> None:
    name = DeviceFacts.of(reading).name
    if word is None:
        raise InternalError(f"missing storage capability type for '{name}'")
    raise InternalError(f"unknown storage capability type '{word}' for '{name}'")


class Storage(Capability):
    """A drive; the blocks are the driver's to say."""

    block = Given("block")
    bus = Given("bus")
    drive_type = Given("drive_type")
    model = Given("model")
    vendor = Given("vendor")
    serial = Given("serial")
    size = Number("size", after="capabilities")
    block_size = Number("logical_block_size")
    blocks = Number("num_blocks")
    capabilities = capabilities(
        {"removable": Removable, "hotpluggable": Hotpluggable}, _wrong_storage, after="block"
    )

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        name = DeviceFacts.of(reading).name
        self.capabilities = latest(self.capabilities)
        self.drop("block_size", "blocks")
        if self.block is None:
            yield "block", InternalError(f"no block device path supplied for '{name}'")
        if any(isinstance(one, Removable) for one in self.capabilities):
            self.size = None
        else:
            yield from numbers(self, reading, ("size", "size"), high=ULONG_MAX)


class ScsiGeneric(Capability):
    """The character device of a SCSI unit."""

    char = Given("char")
