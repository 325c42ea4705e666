"""The qemu-img commands that make a volume, alone or from another one: libvirt's, word for word.

Pure functions of the documents; qemu-img(1) has the words.  An encrypted volume that is made from
another one takes two steps: an empty image of the size, then the contents into it.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.shared.encryption import Encryption
    from vsh.xml.storage.volume import StorageVolume

PROGRAM = "qemu-img"
_SECTOR = 512
_OLD, _OLD_FORMATS = (None, "default", "qcow"), ("qcow", "qcow2")


class Secrets:
    """Where the passphrases are for as long as the command runs: files that only it reads.

    own     the file of the new volume's passphrase, or None
    source  the file of the passphrase of the volume that it is made from, or None
    """

    __slots__ = ("own", "source")

    def __init__(self, own: str | None = None, source: str | None = None) -> None:
        self.own = own
        self.source = source


def create(
    volume: StorageVolume,
    source: StorageVolume | None = None,
    secrets: Secrets | None = None,
    *,
    preallocate: bool = False,
) -> list[list[str]]:
    """The commands that make a volume, in order.

    source       the volume whose contents it gets
    preallocate  with room for its metadata (qcow2 only)

    Raises ConfigUnsupported, XmlError or InternalError where libvirt refuses the documents.
    """
    secrets = secrets or Secrets()
    image = _Image(volume, source, preallocate=preallocate)
    if source is not None:
        image.backing = None  # its contents come from the source alone
    if source is not None and (image.encryption or _encryption(source)):
        return [image.creation(secrets), image.filling(source, secrets)]
    if source is not None:
        return [image.conversion(source)]
    return [image.creation(secrets)]


def resize(volume: StorageVolume, capacity: int, secrets: Secrets | None = None) -> list[str]:
    """The command that gives an image another size: that many bytes, in whole sectors."""
    path, own = _path(volume), (secrets or Secrets()).own
    capacity = -(-capacity // _SECTOR) * _SECTOR
    command = [PROGRAM, "resize"]
    if capacity < (volume.capacity or 0):
        command.append("--shrink")
    if own is None:
        return [*command, path, str(capacity)]
    alias = f"{volume.name}_encrypt0"
    driver, prefix = ("qcow2", "encrypt.") if _format(volume) == "qcow2" else ("luks", "")
    options = f"driver={driver},{prefix}key-secret={alias},file.filename={commas(path)}"
    return [*command, *_secret(alias, own), "--image-opts", options, str(capacity)]


def check_resize(volume: StorageVolume) -> None:
    """Refuse an image that is encrypted in a way that qemu-img resizes none of.

    Raises ConfigUnsupported, XmlError.
    """
    encryption, form = _encryption(volume), _format(volume)
    if encryption is None:
        return
    if encryption.scheme in _OLD and form in _OLD_FORMATS:
        raise ConfigUnsupported("resize of qcow2 encrypted image is not supported")
    _check_encryption(encryption, form, "luks" if form == "raw" else form)


def commas(text: str) -> str:
    """A value as QEMU's options have it: a comma stands twice."""
    return text.replace(",", ",,")


class _Image:
    """A volume as qemu-img is to make it, checked."""

    def __init__(
        self, volume: StorageVolume, source: StorageVolume | None, *, preallocate: bool
    ) -> None:
        target = volume.target
        assert target is not None
        self.name = volume.name or ""
        self.path = target.path or ""
        self.format = _format(volume)
        self.kind = self.format  # what qemu-img calls it
        self.size = -(-(volume.capacity or 0) // 1024)
        self.allocation = -(-(volume.allocation or 0) // 1024)
        self.preallocate = preallocate
        self.compat = target.compat
        self.nocow = bool(target.nocow)
        self.cluster_size = target.cluster_size
        self.features = [name for name in target.features or () if name]
        self.encryption = target.encryption
        self.backing: tuple[str, str] | None = None
        _check_encryption_kinds(volume, source)
        self._check_format(has_features=bool(target.features))
        if self.format == "raw" and self.encryption is not None:
            self.kind = _luks(self.encryption)
        backing = volume.backing
        if backing is not None and backing.path is not None:
            self._check_backing(source, backing.path)
            self.backing = (backing.path, backing.image_format or "raw")
        if self.encryption is not None:
            _check_encryption(self.encryption, self.format, self.kind)

    def _check_format(self, *, has_features: bool) -> None:
        if self.format == "qcow2":
            return
        for given, what in (
            (self.preallocate, "metadata preallocation"),
            (self.compat, "compatibility option"),
            (has_features, "format features"),
        ):
            if given:
                raise ConfigUnsupported(f"{what} only available with qcow2")

    def _check_backing(self, source: StorageVolume | None, path: str) -> None:
        if self.format == "raw":
            raise ConfigUnsupported("cannot set backing store for raw volume")
        if self.preallocate:
            raise ConfigUnsupported("metadata preallocation conflicts with backing store")
        below = source.backing if source is not None else None
        if below is not None and below.path is not None and below.path != path:
            raise InternalError("a different backing store cannot be specified.")

    @property
    def alias(self) -> str:
        """How QEMU knows the passphrase."""
        return f"{self.name}_encrypt0"

    def creation(self, secrets: Secrets) -> list[str]:
        """The command that makes an empty image."""
        command = [PROGRAM, "create", "-f", self.kind]
        if self.backing is not None:
            command += ["-b", self.backing[0]]
        if self.encryption is not None:
            command += _secret(self.alias, _needed(secrets.own, ""))
        command += [*self._options(), self.path]
        if self.size or self.backing is None:
            command.append(f"{self.size}K")
        return command

    def conversion(self, source: StorageVolume) -> list[str]:
        """The command that makes an image of another one's contents."""
        command = [PROGRAM, "convert", "-f", _format(source), "-O", self.kind]
        return [*command, *self._options(), _path(source), self.path]

    def filling(self, source: StorageVolume, secrets: Secrets) -> list[str]:
        """The command that puts another image's contents into this one, which is there."""
        command = [PROGRAM, "convert", "--image-opts", "-n", "--target-image-opts"]
        if self.encryption is not None:
            command += _secret(self.alias, _needed(secrets.own, ""))
        theirs = _encryption(source)
        # by libvirt's name, but where two volumes have one, in two pools
        alias = f"{source.name}_encrypt{int(source.name == self.name)}"
        assert source.target is not None
        driver = source.target.image_format or "raw"
        if theirs is not None:
            command += _secret(alias, _needed(secrets.source, "inputvol "))
            if driver == "raw":
                driver = _luks(theirs)
        command.append(_opened(driver, _path(source), alias if theirs else None))
        command.append(_opened(self.kind, self.path, self.alias if self.encryption else None))
        return command

    def _options(self) -> list[str]:
        options = ",".join(self._each_option())
        return ["-o", options] if options else []

    def _each_option(self) -> Iterator[str]:
        if self.backing is not None:
            yield f"backing_fmt={self.backing[1]}"
        if self.encryption is not None:
            yield from self._encryption_options(self.encryption)
        if self.preallocate:
            yield f"preallocation={'metadata' if self.size > self.allocation else 'falloc'}"
        if self.nocow:
            yield "nocow=on"
        if self.compat or self.format == "qcow2":
            yield f"compat={self.compat or '0.10'}"
        if self.cluster_size:
            yield f"cluster_size={self.cluster_size}"
        if "lazy_refcounts" in self.features:
            if self.compat == "0.10":
                raise ConfigUnsupported("lazy_refcounts not supported with compat level 0.10")
            yield "lazy_refcounts"
        if "extended_l2" in self.features:
            if self.compat == "0.10":
                raise ConfigUnsupported("'extended_l2' not supported with compat level 0.10")
            yield "extended_l2=on"

    def _encryption_options(self, encryption: Encryption) -> Iterator[str]:
        prefix = "encrypt." if self.format == "qcow2" else ""
        if prefix:
            yield "encrypt.format=luks"
        yield f"{prefix}key-secret={self.alias}"
        cipher, vector = encryption.cipher, encryption.ivgen
        if cipher is None or not cipher.name:
            return
        yield f"{prefix}cipher-alg={commas(cipher.name)}-{cipher.size}"
        if cipher.mode:
            yield f"{prefix}cipher-mode={commas(cipher.mode)}"
        if cipher.hash:
            yield f"{prefix}hash-alg={commas(cipher.hash)}"
        if vector is None or not vector.name:
            return
        yield f"{prefix}ivgen-alg={commas(vector.name)}"
        if vector.hash:
            yield f"{prefix}ivgen-hash-alg={commas(vector.hash)}"


def _check_encryption(encryption: Encryption, form: str, kind: str) -> None:
    if form not in ("raw", "qcow2"):
        raise ConfigUnsupported(f"volume encryption unsupported with format {kind}")
    if encryption.scheme != "luks":
        raise ConfigUnsupported(f"unsupported volume encryption format {encryption.scheme}")
    if len(encryption.secrets) != 1:
        many = "too many secrets" if encryption.secrets else "no secret provided"
        raise XmlError(f"{many} for luks encryption")


def _check_encryption_kinds(volume: StorageVolume, source: StorageVolume | None) -> None:
    own = _encryption(volume)
    assert volume.target is not None
    if own is not None and own.scheme in _OLD and volume.target.image_format in _OLD_FORMATS:
        raise ConfigUnsupported("creation of qcow2 encrypted image is not supported")
    theirs = _encryption(source) if source is not None else None
    if theirs is not None and theirs.scheme != "luks":
        raise ConfigUnsupported("encryption format of inputvol must be LUKS")


def _encryption(volume: StorageVolume) -> Encryption | None:
    return volume.target.encryption if volume.target is not None else None


def _format(volume: StorageVolume) -> str:
    """The format in qemu-img's eyes: devices and ISO images are raw."""
    assert volume.target is not None
    found: str | None = volume.target.image_format
    return "raw" if volume.type == "block" or found in (None, "iso") else str(found)


def _path(volume: StorageVolume) -> str:
    if volume.target is None or not volume.target.path:
        raise InvalidArgument("missing input volume target path")
    return str(volume.target.path)


def _luks(encryption: Encryption) -> str:
    if encryption.scheme != "luks":
        raise InternalError("Only luks encryption is supported for raw files")
    return "luks"


def _opened(driver: str, path: str, alias: str | None) -> str:
    """An image as --image-opts has it."""
    options = f"driver={driver},file.filename={path}"
    if alias is None:
        return options
    return f"{options},{'encrypt.' if driver == 'qcow2' else ''}key-secret={alias}"


def _secret(alias: str, path: str) -> list[str]:
    return ["--object", f"secret,id={alias},file={commas(path)}"]


def _needed(path: str | None, whose: str) -> str:
    if path is None:
        raise InternalError(f"path to {whose}secret data file is required")
    return path
