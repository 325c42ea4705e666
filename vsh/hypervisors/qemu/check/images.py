"""What the QEMU driver refuses in the images of disks."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.shared.encryption import Encryption
    from vsh.xml.shared.image import Source

_FORMATS = {
    "cow": "'cow' storage format is not supported",
    "dir": "'directory' storage format is not directly supported by QEMU, use 'dir' disk type "
    "instead",
    "iso": "storage format 'iso' is not directly supported by QEMU, use 'raw' instead",
}


class Image:
    """One image of a disk: its own, or one below.

    kind, source  where it is
    format        its format
    cache         what QEMU is to keep of its tables, at most
    encryption    what opens it
    """

    def __init__(
        self,
        kind: str | None,
        source: Source | None,
        format: str | None,
        *,
        cache: int | None,
        encryption: Encryption | None = None,
        readonly: bool = True,
    ) -> None:
        self.kind, self.source, self.format, self.cache = kind, source, format, cache
        self.encryption = encryption or (None if source is None else source.encryption)
        self.readonly = readonly


def images(device: Disk) -> Iterator[Image]:
    """The images of a disk, its own first."""
    yield Image(
        device.type, device.source, device.driver_type, cache=device.metadata_cache,
        encryption=device.encryption, readonly=bool(device.readonly),
    )  # fmt: skip
    below = device.backing_store
    while below is not None and below.type is not None:
        yield Image(below.type, below.source, below.format_type, cache=below.format_cache)
        below = below.backing_store


def check_images(device: Disk, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of the images of one disk."""
    for image in images(device):
        yield from _form(image)
        yield from _server(image, modern=domain.newest)
        if image.cache and image.format != "qcow2":
            yield ConfigUnsupported(
                "metadata cache max size control is supported only with qcow2 images"
            )
        if image.encryption is not None:
            yield from _encryption(image, image.encryption, emulator, modern=domain.newest)
        source = image.source
        named = source is not None and image.kind == "network" and source.tls_hostname
        if named and source is not None and source.protocol != "nbd":
            yield ConfigUnsupported("'tlsHostname' field is supported only with NBD disks")
        elif named and "blockdev.nbd.tls-hostname" not in emulator.can:
            yield ConfigUnsupported("'tlsHostname' field is not supported by this QEMU")


def _form(image: Image) -> Iterator[Error]:
    """Its format, which a folder has none of."""
    if image.format in _FORMATS:
        yield ConfigUnsupported(_FORMATS[image.format])
    if image.format == "fat" and image.kind not in ("volume", "dir"):
        yield ConfigUnsupported("storage format 'fat' is supported only with 'dir' storage type")
    if image.kind == "dir":
        if image.format not in (None, "fat"):
            yield ConfigUnsupported("storage type 'dir' requires use of storage format 'fat'")
        elif not image.readonly:
            yield ConfigUnsupported("virtual FAT storage can't be accessed in read-write mode")


def _server(image: Image, *, modern: bool) -> Iterator[Error]:
    """NFS has one server, by TCP, at its own port; TFTP has gone."""
    source = image.source
    if image.kind != "network" or source is None:
        return
    if modern and source.protocol in ("tftp", "vxhs"):
        yield ConfigUnsupported(
            f"storage protocol '{source.protocol}' is not supported by this QEMU"
        )
    elif source.protocol == "tftp":
        yield ConfigUnsupported("'tftp' protocol is not supported with this QEMU binary")
    if source.protocol != "nfs":
        return
    if len(source.hosts) != 1:
        yield ConfigUnsupported("'nfs' protocol requires the usage of exactly one host")
    elif source.hosts[0].transport not in (None, "tcp"):
        yield ConfigUnsupported("'nfs' host must use TCP protocol")
    elif source.hosts[0].port:
        yield ConfigUnsupported("port cannot be specified in 'nfs' protocol host")


def _encryption(
    image: Image, encryption: Encryption, emulator: Emulator, *, modern: bool
) -> Iterator[Error]:
    scheme = encryption.scheme
    if scheme in ("default", "qcow"):
        yield ConfigUnsupported("old qcow/qcow2 encryption is not supported")
    elif encryption.engine == "librbd":
        yield from _by_librbd(image, encryption, emulator)
    elif scheme != "luks":
        name = f"'{scheme}'" if modern else scheme
        yield ConfigUnsupported(f"{name} is currently not supported by the qemu encryption engine")
    elif image.format not in (None, "raw", "qcow2"):
        yield ConfigUnsupported("encryption is supported only with 'raw' and 'qcow2' image format")
    elif len(encryption.secrets) > 1:
        yield ConfigUnsupported("qemu encryption engine expects only a single secret")


def _by_librbd(image: Image, encryption: Encryption, emulator: Emulator) -> Iterator[Error]:
    """An image that its server's library opens."""
    if "rbd-encryption" not in emulator.can:
        yield ConfigUnsupported("librbd encryption is not supported by this QEMU binary")
    elif image.kind != "network":
        yield ConfigUnsupported("librbd encryption is supported only with RBD backed disks")
    elif len(encryption.secrets) > 1 and "rbd-encryption-layering" not in emulator.can:
        yield ConfigUnsupported("librbd encryption layering is not supported by this QEMU binary")
    elif encryption.scheme == "luks-any" and "rbd-encryption-luks-any" not in emulator.can:
        yield ConfigUnsupported("luks-any encryption is not supported by this QEMU binary")
