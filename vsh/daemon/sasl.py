"""SASL, the daemon's side: which mechanisms are offered where, and each one's conversation.

Over what others can read only GSSAPI and DIGEST-MD5 with their encryption will do; over UNIX
sockets and TLS it is GSSAPI, SCRAM, DIGEST-MD5 or PLAIN.  Names and passwords are lines of
``name:password`` in a file that is the daemon's alone; GSSAPI, which needs the library of that
name, has its key in a Kerberos keytab.

A conversation is a generator: it yields what is to be said, is sent what the client says, and
returns who the client is and the ``Layer`` that everything goes through from then on, or None.
"""

from __future__ import annotations

import os
import stat
from binascii import hexlify
from hmac import compare_digest

from vsh.auth.mechanisms import digest_md5
from vsh.errors import AuthFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import TypeAlias

    from vsh.auth import Layer
    from vsh.daemon.config import Configuration

    Conversation: TypeAlias = "Generator[bytes | None, bytes | None, tuple[str, Layer | None]]"

NAME_MAX = 1024
ITERATIONS = 4096


def passwords(path: str) -> dict[str, str]:
    """Who has which password.  Raises AuthFailed where the file is missing, or others can read it.

    The reason is for the log: the client hears only that it failed.
    """
    try:
        with open(path, encoding="utf-8") as file:
            state = os.fstat(file.fileno())
            if stat.S_IMODE(state.st_mode) & 0o077 or state.st_uid not in (0, os.geteuid()):
                raise AuthFailed(f"'{path}' can be read by others: make it mode 0600")
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise AuthFailed(f"cannot read '{path}': {reason}") from None
    pairs = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name: password for name, colon, password in pairs if colon}


def mechanisms(keytab: str, *, secure: bool) -> list[str]:
    """What is offered, the best first."""
    from importlib.util import find_spec

    kerberos = find_spec("gssapi") is not None and os.access(keytab, os.R_OK)
    first = ["GSSAPI"] if kerberos else []
    if not secure:
        return [*first, "DIGEST-MD5"]
    scram = ["SCRAM-SHA-256", "SCRAM-SHA-1"] if find_spec("scramp") is not None else []
    return [*first, *scram, "DIGEST-MD5", "PLAIN"]


def begin(name: str, configuration: Configuration, *, secure: bool) -> Conversation:
    """A conversation by a mechanism.  Raises AuthFailed where it is not offered here."""
    keytab = configuration.sasl_keytab_file
    if name.upper() not in mechanisms(keytab, secure=secure):
        raise AuthFailed(f"SASL mechanism {name} is not offered here")
    if name.upper() == "GSSAPI":
        from vsh.daemon.kerberos import conversation

        return conversation(keytab, secure=secure)
    known = passwords(configuration.sasl_password_file)
    begins: dict[str, Callable[[], Conversation]] = {
        "PLAIN": lambda: _plain(known),
        "DIGEST-MD5": lambda: _digest(known, secure=secure),
    }
    start = begins.get(name.upper())
    return start() if start is not None else _scram(name.upper(), known)


def _plain(known: dict[str, str]) -> Conversation:
    words = ((yield None) or b"").split(b"\0")
    if len(words) != 3:
        raise AuthFailed("PLAIN: not three words")
    name = _text(words[1])
    expected = known.get(name)
    if not compare_digest((expected or "").encode(), words[2]) or expected is None:
        raise AuthFailed(f"wrong password for '{name}'")
    if words[0] not in (b"", words[1]):
        raise AuthFailed(f"'{name}' may not act for another")
    return name, None


def _scram(mechanism: str, known: dict[str, str]) -> Conversation:
    from scramp import ScramException, ScramMechanism

    maker = ScramMechanism(mechanism)

    names: list[str] = []

    def stored(name: str) -> tuple[bytes, bytes, bytes, int]:
        # a name that nobody has gets a salt, too: that it is unknown shows only at the end
        names.append(name)
        password = known.get(name) or hexlify(os.urandom(16)).decode()
        made: tuple[bytes, bytes, bytes, int] = maker.make_auth_info(
            password, iteration_count=ITERATIONS
        )
        return made

    server = maker.make_server(stored)
    try:
        server.set_client_first(_text((yield None) or b""))
        server.set_client_final(_text((yield server.get_server_first().encode()) or b""))
        last = server.get_server_final().encode()
    except (ScramException, ValueError) as error:
        raise AuthFailed(f"{mechanism}: {error}") from None
    [name] = names
    if name not in known:
        raise AuthFailed(f"nobody is called '{name}'")
    yield last
    return name, None


def _digest(known: dict[str, str], *, secure: bool) -> Conversation:
    realm = os.uname().nodename.encode()
    nonce = hexlify(os.urandom(24))
    quality = b"auth" if secure else b"auth-conf"
    yield None
    words = [
        b'nonce="' + nonce + b'"',
        b'realm="' + realm + b'"',
        b'qop="' + quality + b'"',
        b"charset=utf-8,algorithm=md5-sess,maxbuf=%d" % digest_md5.BUFFER,
    ]
    if not secure:
        words.append(b'cipher="rc4,rc4-56"')
    return (yield from _digest_answer(b",".join(words), nonce, known, secure=secure))


def _digest_answer(
    challenge: bytes, nonce: bytes, known: dict[str, str], *, secure: bool
) -> Conversation:
    heard = (yield challenge) or b""
    given = {key: values[0] for key, values in digest_md5.parse(heard).items()}
    name = given.get(b"username", b"")
    text = _text(name)
    if given.get(b"nonce") != nonce or given.get(b"nc") != digest_md5.COUNT:
        raise AuthFailed("DIGEST-MD5: not the answer to our challenge")
    shown = digest_md5.Challenge(challenge, secure=secure)
    if given.get(b"qop", b"auth") != shown.quality:
        raise AuthFailed("DIGEST-MD5: encryption is needed here")
    cipher = given.get(b"cipher", b"") if not secure else None
    if cipher is not None and cipher not in digest_md5.CIPHERS:
        raise AuthFailed("DIGEST-MD5: a cipher that was not offered")
    own, uri = given.get(b"cnonce", b""), given.get(b"digest-uri", b"")
    key = digest_md5.session_key(
        (name, given.get(b"realm", b""), known.get(text, "").encode()),
        utf8=b"charset" in given,
        nonce=nonce,
        own_nonce=own,
    )
    expected = shown.proof(key, own, uri, b"AUTHENTICATE")
    if not compare_digest(given.get(b"response", b""), expected) or text not in known:
        raise AuthFailed(f"wrong password for '{text}'")
    if not uri.startswith(b"libvirt/"):
        raise AuthFailed("DIGEST-MD5: meant for another service")
    number = given.get(b"maxbuf", b"65536")
    buffer = int(number) if number.isdigit() and len(number) < 9 else 0
    if buffer < digest_md5.BUFFER_MIN:
        raise AuthFailed("DIGEST-MD5: maxbuf is no sensible number")
    yield b"rspauth=" + shown.proof(key, own, uri, b"")
    layer = None if cipher is None else digest_md5.Rc4Layer(key, cipher, buffer, serves=True)
    return text, layer


def _text(raw: bytes) -> str:
    if len(raw) > NAME_MAX * 4:
        raise AuthFailed("the client's words are too long")
    return raw.decode("utf-8", "surrogateescape")
