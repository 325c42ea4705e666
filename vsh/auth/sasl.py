"""SASL: the daemon offers mechanisms, the client takes the best that both know, and they talk.

Where others can read what goes over the transport, only a mechanism that ends in a layer of
encryption will do; where the transport is safe, none is wanted.  ``auth=sasl.MECHANISM`` in the URI
chooses one.  The daemon's own words for a refusal are passed on as they are.
"""

from __future__ import annotations

from vsh.auth._credentials import Credentials
from vsh.errors import AuthFailed
from vsh.lookup import module
from vsh.rpc.programs import AUTH_SASL_INIT, AUTH_SASL_START, AUTH_SASL_STEP
from vsh.rpc.xdr import Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType
    from typing import TypeAlias

    from vsh.auth import Layer, Peer

    Talk: TypeAlias = "Generator[bytes | None, bytes | None, Layer | None]"

MECHANISMS = ("GSSAPI", "SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN")
"""The best first."""

DATA_MAX = 65536
STEPS_MAX = 20
STRENGTH_MIN = 56
"""Bits that the key of an encryption must have at least: libvirt's own limit."""


def sasl(peer: Peer) -> Layer | None:
    """Show who we are.  Raises AuthFailed, and what the daemon says to it."""
    reader = Reader(peer.ask(AUTH_SASL_INIT, b""))
    offered = reader.text()
    reader.finish()
    name = choose(peer, offered)
    talk: Talk = _mechanism(name).talk(peer, Credentials(peer))
    layer = _converse(peer, name, talk)
    if not peer.secure and (layer is None or layer.strength < STRENGTH_MIN):
        strength = 0 if layer is None else layer.strength
        raise AuthFailed(f"negotiation SSF {strength} was not strong enough")
    return layer


def choose(peer: Peer, offered: str) -> str:
    """The mechanism to use of those that the daemon offers.  Raises AuthFailed if there is none."""
    names = {name.upper() for name in offered.replace(" ", ",").split(",") if name}
    if peer.mechanism is not None:
        wanted = peer.mechanism.upper()
        if wanted not in names:
            raise AuthFailed(f"SASL mechanism {peer.mechanism} not supported by server")
        names = {wanted}
    reasons = []
    for name in MECHANISMS:
        if name in names:
            reason = _mechanism(name).obstacle(peer)
            if reason is None:
                return name
            reasons.append(f"{name}: {reason}")
    raise AuthFailed(
        "Failed to start SASL negotiation: -4 "
        "(SASL(-4): no mechanism available: No worthy mechs found)",
        hint="; ".join(reasons)
        or f"the daemon offers {', '.join(sorted(names))}, and vsh knows {', '.join(MECHANISMS)}",
    )


def _mechanism(name: str) -> ModuleType:
    """The module of a mechanism.

    ``obstacle(peer)`` is why it cannot be used, or None; ``talk(peer, credentials)`` yields what is
    to be said (None: nothing), is sent the answers, and returns the layer.
    """
    found = module("vsh.auth.mechanisms", name.lower())
    assert found is not None
    return found


def _converse(peer: Peer, name: str, talk: Talk) -> Layer | None:
    """Carry the two sides' words until both are content."""
    writer = Writer()
    writer.text(name)
    procedure = AUTH_SASL_START
    said = next(talk)
    content = False
    layer: Layer | None = None
    for _ in range(STEPS_MAX):
        _put(writer, said)
        complete, heard = _answer(peer.ask(procedure, bytes(writer.data)))
        if not content:
            try:
                said = talk.send(heard)
            except StopIteration as end:
                content, layer, said = True, end.value, None
        if complete and content:
            return layer
        if complete and said is not None:
            break
        writer, procedure = Writer(), AUTH_SASL_STEP
    raise AuthFailed("SASL negotiation did not come to an end that both sides agree on")


def _put(writer: Writer, data: bytes | None) -> None:
    """Data of a mechanism; none is not the same as no bytes."""
    if data is not None and len(data) > DATA_MAX:
        raise AuthFailed(f"SASL negotiation data too long: {len(data)} bytes")
    writer.i32(data is None)
    characters = data or b""
    # XDR packs each char into a word of its own, as a signed number.
    writer.count(len(characters), DATA_MAX)
    for byte in characters:
        writer.i32(byte - 256 if byte > 127 else byte)


def _answer(payload: bytes) -> tuple[bool, bytes | None]:
    reader = Reader(payload)
    complete = reader.i32() != 0
    nothing = reader.i32() != 0
    data = bytes(reader.i32() & 255 for _ in range(reader.count(DATA_MAX, 4)))
    reader.finish()
    return complete, None if nothing else data
