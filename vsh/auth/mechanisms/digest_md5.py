"""DIGEST-MD5 (RFC 2831) with its encryption: what a libvirtd accepts over plain TCP.

MD5 and RC4 are long broken for new designs; this is spoken because daemons ask for it.  Of the
ciphers only RC4 is known here: a daemon that offers nothing but DES is told so.  On a transport
that is safe by itself nothing is encrypted once more.
"""

from __future__ import annotations

import os
from binascii import hexlify
from hashlib import md5
from hmac import compare_digest, digest

from vsh.auth import Layer
from vsh.auth._rc4 import Rc4
from vsh.errors import AuthFailed, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator

    from vsh.auth import Peer
    from vsh.auth._credentials import Credentials

BUFFER = 65536
"""The longest packet that we take."""

BUFFER_MIN = 64
NUMBER_MAX = 20
"""Digits of a number that is worth to be read."""

CIPHERS = {b"rc4": (16, 128), b"rc4-56": (7, 56)}
"""Ciphers that are good enough, the best first: bytes of the key's source, bits of strength."""

NONCE_SIZE = 24
COUNT = b"00000001"

SIGNATURE = 10
VERSION = b"\0\1"
TAIL = 6
"""Bytes behind what is encrypted: the version and the number."""

OVERHEAD = 4 + SIGNATURE + TAIL
QUOTE, BACKSLASH = b'"\\'

CLIENT_SIGNS = b"Digest session key to client-to-server signing key magic constant"
SERVER_SIGNS = b"Digest session key to server-to-client signing key magic constant"
CLIENT_SEALS = b"Digest H(A1) to client-to-server sealing key magic constant"
SERVER_SEALS = b"Digest H(A1) to server-to-client sealing key magic constant"


def obstacle(peer: Peer) -> str | None:
    """Why it cannot be used, or None."""
    return None


def talk(
    peer: Peer, credentials: Credentials
) -> Generator[bytes | None, bytes | None, Layer | None]:
    """Wait for the challenge, answer it, check that the daemon knows the password too."""
    challenge = Challenge((yield None) or b"", secure=peer.secure)
    uri = b"libvirt/" + _raw(peer.host or "localhost")
    own_nonce = hexlify(os.urandom(NONCE_SIZE))
    words, key = _answer(challenge, uri, own_nonce, credentials)
    proof = parse((yield b",".join(words)) or b"")
    expected = challenge.proof(key, own_nonce, uri, b"")
    if not compare_digest(proof.get(b"rspauth", [b""])[0], expected):
        raise AuthFailed(
            "Failed to step SASL negotiation: -10 (SASL(-10): server failed mutual "
            "authentication step: the daemon does not know the password)"
        )
    if challenge.cipher is None:
        return None
    return Rc4Layer(key, challenge.cipher, challenge.buffer)


class Challenge:
    """What the daemon said first, and what we choose of what it offers.

    quality  b"auth", or b"auth-conf" with ``cipher``: its name
    buffer   the longest packet that the daemon takes
    """

    __slots__ = ("nonce", "realms", "utf8", "quality", "cipher", "buffer")

    def __init__(self, data: bytes, *, secure: bool) -> None:
        given = parse(data)
        if given.get(b"algorithm") != [b"md5-sess"] or len(given.get(b"nonce", ())) != 1:
            raise _broken("a challenge without algorithm or nonce")
        (self.nonce,) = given[b"nonce"]
        self.realms = given.get(b"realm", [])
        self.utf8 = b"utf-8" in given.get(b"charset", ())
        self.quality = b"auth" if secure else b"auth-conf"
        if self.quality not in _list(given.get(b"qop", [b"auth"])):
            raise _unfit("encryption" if not secure else "authentication without encryption")
        self.cipher: bytes | None = None
        if not secure:
            offered = _list(given.get(b"cipher", []))
            self.cipher = next((name for name in CIPHERS if name in offered), None)
            if self.cipher is None:
                shown = b", ".join(offered).decode("ascii", "replace")
                raise _unfit(f"a cipher that vsh knows (it has {shown}; vsh has rc4)")
        number = given.get(b"maxbuf", [b"65536"])[0]
        if not number.isdigit() or len(number) > NUMBER_MAX:
            raise _broken("maxbuf is no sensible number")
        self.buffer = int(number)
        if not BUFFER_MIN <= self.buffer < 1 << 24:
            raise _broken("maxbuf is no sensible number")

    def proof(self, key: bytes, own_nonce: bytes, uri: bytes, method: bytes) -> bytes:
        """That the one who says this knows the key: the daemon leaves ``method`` empty."""
        about = method + b":" + uri
        if self.quality != b"auth":
            about += b":" + b"0" * 32
        words = (hexlify(key), self.nonce, COUNT, own_nonce, self.quality, hexlify(_md5(about)))
        return hexlify(_md5(b":".join(words)))


def _answer(
    challenge: Challenge, uri: bytes, own_nonce: bytes, credentials: Credentials
) -> tuple[list[bytes], bytes]:
    """The words of the answer, and the key that it proves the knowledge of."""
    realm = credentials.realm
    host = uri.partition(b"/")[2]
    chosen = _raw(realm) if realm is not None else (challenge.realms or [host])[0]
    name = _raw(credentials.name)
    parts = (name, chosen, _raw(credentials.password))
    key = session_key(parts, utf8=challenge.utf8, nonce=challenge.nonce, own_nonce=own_nonce)
    words = [
        b"digest-uri=" + _quoted(uri),
        b"cnonce=" + _quoted(own_nonce),
        b"username=" + _quoted(name),
        b"realm=" + _quoted(chosen),
        b"nonce=" + _quoted(challenge.nonce),
        b"nc=" + COUNT,
        b"qop=" + challenge.quality,
        b"maxbuf=%d" % BUFFER,
        b"response=" + challenge.proof(key, own_nonce, uri, b"AUTHENTICATE"),
    ]
    if challenge.utf8:
        words.append(b"charset=utf-8")
    if challenge.cipher is not None:
        words.append(b"cipher=" + challenge.cipher)
    return words, key


def session_key(
    parts: tuple[bytes, bytes, bytes], *, utf8: bool, nonce: bytes, own_nonce: bytes
) -> bytes:
    """The key that follows from name, realm and password, and the random words of both sides."""
    secret = _md5(b":".join(map(_hashed_as, parts) if utf8 else parts))
    return _md5(secret + b":" + nonce + b":" + own_nonce)


class Rc4Layer(Layer):
    """Each packet: the bytes and a signature, encrypted; then a version and the packet's number."""

    __slots__ = ("most", "strength", "_seal", "_unseal", "_signs", "_checks", "_sent", "_came")

    def __init__(self, key: bytes, cipher: bytes, buffer: int, *, serves: bool = False) -> None:
        size, self.strength = CIPHERS[cipher]
        self.most = min(buffer, BUFFER) - OVERHEAD
        seals, unseals = (CLIENT_SEALS, SERVER_SEALS)[:: -1 if serves else 1]
        signs, checks = (CLIENT_SIGNS, SERVER_SIGNS)[:: -1 if serves else 1]
        self._seal = Rc4(_md5(key[:size] + seals))
        self._unseal = Rc4(_md5(key[:size] + unseals))
        self._signs = _md5(key + signs)
        self._checks = _md5(key + checks)
        self._sent = 0
        self._came = 0

    def seal(self, data: bytes) -> bytes:
        """The packet for so many plain bytes, without its length."""
        number = _number(self._sent)
        self._sent += 1
        return self._seal.crypt(data + _signature(self._signs, number, data)) + VERSION + number

    def unseal(self, packet: bytes) -> bytes:
        """The plain bytes of a packet.  Raises InternalError if it is not from our peer."""
        number = _number(self._came)
        self._came += 1
        if len(packet) >= OVERHEAD - 4 and packet[-TAIL:] == VERSION + number:
            plain = self._unseal.crypt(packet[:-TAIL])
            data, signature = plain[:-SIGNATURE], plain[-SIGNATURE:]
            if compare_digest(signature, _signature(self._checks, number, data)):
                return data
        raise InternalError("failed to decode SASL data: -9 (integrity check failed)")


def parse(data: bytes) -> dict[bytes, list[bytes]]:
    """``key=value,key="value"``: the values by key.  Raises AuthFailed."""
    found: dict[bytes, list[bytes]] = {}
    at = 0
    while at < len(data):
        if data[at] in b", \t\r\n":
            at += 1
            continue
        equals = data.find(b"=", at)
        if equals < 0 or b"," in data[at:equals]:
            raise _broken("a word without '='")
        key = data[at:equals].strip().lower()
        value, at = _value(data, equals + 1)
        found.setdefault(key, []).append(value)
    return found


def _value(data: bytes, at: int) -> tuple[bytes, int]:
    """A value, and the place behind it."""
    if data[at : at + 1] != b'"':
        end = data.find(b",", at)
        end = len(data) if end < 0 else end
        return data[at:end].strip(), end
    value = bytearray()
    at += 1
    while at < len(data):
        if data[at] == QUOTE:
            return bytes(value), at + 1
        if data[at] == BACKSLASH:
            at += 1
        value += data[at : at + 1]
        at += 1
    raise _broken("a quote without its end")


def _list(values: list[bytes]) -> list[bytes]:
    return [word.strip().lower() for value in values for word in value.split(b",")]


def _quoted(value: bytes) -> bytes:
    return b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _hashed_as(raw: bytes) -> bytes:
    """Text goes over the wire as UTF-8, but is hashed as Latin-1 where it can be."""
    try:
        return raw.decode("utf-8").encode("latin-1")
    except UnicodeError:
        return raw


def _signature(key: bytes, number: bytes, data: bytes) -> bytes:
    return digest(key, number + data, "md5")[:SIGNATURE]


def _number(number: int) -> bytes:
    return (number & 0xFFFFFFFF).to_bytes(4, "big")


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()


def _broken(what: str) -> AuthFailed:
    return AuthFailed(
        f"Failed to step SASL negotiation: -5 (SASL(-5): bad protocol / cancel: DIGEST-MD5: {what})"
    )


def _unfit(what: str) -> AuthFailed:
    return AuthFailed(
        f"Failed to step SASL negotiation: -15 (SASL(-15): mechanism too weak for "
        f"this user: DIGEST-MD5: the daemon does not offer {what})"
    )
