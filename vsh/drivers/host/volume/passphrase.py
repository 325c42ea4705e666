"""The passphrases of encrypted volumes, for as long as a command works with them."""

from __future__ import annotations

import contextlib
import os

from vsh.drivers.host.volume import image
from vsh.errors import InvalidArgument
from vsh.words.secret import SecretUsageType
from vsh.xml.shared.encryption import Passphrase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.secret.secrets import Secrets
    from vsh.xml.shared.encryption import Encryption
    from vsh.xml.storage.volume import StorageVolume

_VOLUME = int(SecretUsageType.VOLUME)


@contextlib.contextmanager
def files(
    secrets: Secrets, volume: StorageVolume, source: StorageVolume | None = None
) -> Iterator[image.Secrets]:
    """Files with the passphrases of a volume, and of the one that it is made from, if they are
    encrypted.

    They are in memory, and gone with the block.  Raises NoSecret, InvalidArgument.
    """
    descriptors: list[int] = []
    try:
        paths: list[str | None] = []
        for each in (volume, source):
            if each is None or encryption_of(each) is None:
                paths.append(None)
                continue
            descriptor = os.memfd_create("passphrase", os.MFD_CLOEXEC)
            descriptors.append(descriptor)
            os.write(descriptor, _value(secrets, each))
            paths.append(f"/proc/{os.getpid()}/fd/{descriptor}")
        yield image.Secrets(*paths)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def encryption_of(volume: StorageVolume | None) -> Encryption | None:
    """How a volume is encrypted; None where it is not."""
    return None if volume is None or volume.target is None else volume.target.encryption


def name(secrets: Secrets, volume: StorageVolume) -> None:
    """Write into the document of an encrypted volume which secret there is for its path."""
    encryption = encryption_of(volume)
    if encryption is None or encryption.secrets or volume.target is None:
        return
    found = secrets.used_for(_VOLUME, str(volume.target.path))
    if found is not None:
        encryption.secrets = [Passphrase(type="passphrase", uuid=found.uuid)]


def _value(secrets: Secrets, volume: StorageVolume) -> bytes:
    name(secrets, volume)
    encryption = encryption_of(volume)
    assert encryption is not None
    if len(encryption.secrets) != 1:
        raise InvalidArgument(
            "A single <secret type='passphrase'...> element is expected in encryption description"
        )
    wanted = encryption.secrets[0]
    return secrets.look_up(wanted.uuid, wanted.usage, _VOLUME)
