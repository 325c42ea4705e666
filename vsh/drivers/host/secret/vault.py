"""How values of secrets lie on disk: encrypted with a key of the root's own, and signed.

The key is a file of its own (0600), so that a state file that gets into wrong hands, or a backup of
it, tells nothing.  A sealed value is bound to its secret: it opens for no other.
"""

from __future__ import annotations

import hmac
import os
from _thread import allocate_lock

from vsh.drivers.host.aes import KEY, Aes
from vsh.errors import InternalError, SystemFailure

_NAME = "secret-key"
_NONCE = 16
_TAG = 32


class Vault:
    """The key of one root."""

    def __init__(self, root: str) -> None:
        self._path = os.path.join(root, _NAME)
        self._key = b""
        self._making = allocate_lock()  # two keys would be one too many: what it sealed is lost

    def seal(self, value: bytes, owner: str) -> bytes:
        """A value as it is kept.  Raises SystemFailure where the key cannot be made or read."""
        nonce = os.urandom(_NONCE)
        sealed = nonce + Aes(self._derived(b"value")).streamed(value, nonce)
        return sealed + self._tag(sealed, owner)

    def open(self, sealed: bytes, owner: str) -> bytes:
        """The value again.

        Raises InternalError where it was not sealed with this key, for this owner.
        """
        body, tag = sealed[:-_TAG], sealed[-_TAG:]
        if len(body) < _NONCE or not hmac.compare_digest(tag, self._tag(body, owner)):
            raise InternalError(
                f"the value of secret {owner} cannot be opened: it was not kept with {self._path}"
            )
        return Aes(self._derived(b"value")).streamed(body[_NONCE:], body[:_NONCE])

    def _tag(self, sealed: bytes, owner: str) -> bytes:
        return hmac.digest(self._derived(b"tag"), owner.encode() + b"\0" + sealed, "sha256")

    def _derived(self, what: bytes) -> bytes:
        return hmac.digest(self._read(), what, "sha256")

    def _read(self) -> bytes:
        """The key, made when it is first needed."""
        with self._making:
            if not self._key:
                try:
                    found = self._found()
                    key = self._make() if found is None else found
                except OSError as error:
                    text = f"cannot use the key {self._path}: {error.strerror}"
                    raise SystemFailure(text) from None
                if len(key) != KEY:
                    raise InternalError(f"{self._path} is no key of {KEY} bytes")
                self._key = key
            return self._key

    def _found(self) -> bytes | None:
        try:
            with open(self._path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def _make(self) -> bytes:
        key = os.urandom(KEY)
        part = f"{self._path}.new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(part, flags, 0o600)
        try:
            os.write(descriptor, key)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(part, self._path)  # it is there before anything is sealed with it
        folder = os.open(os.path.dirname(self._path), os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return key
