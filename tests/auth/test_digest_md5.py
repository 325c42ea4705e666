"""DIGEST-MD5 against RFC 2831's own example, and against a server side written for the test."""

from __future__ import annotations

import contextlib
import hashlib
from binascii import hexlify

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.auth import Peer
from vsh.auth._credentials import Credentials
from vsh.auth.mechanisms import digest_md5 as module
from vsh.auth.mechanisms.digest_md5 import Challenge, Rc4Layer, parse, talk
from vsh.errors import AuthFailed, InternalError

OFFER = (
    b'nonce="OA6MG9tEQGm2hh",realm="elwood.innosoft.com",qop="auth,auth-int,auth-conf",'
    b'cipher="rc4-40,rc4-56,rc4,des,3des",maxbuf=65536,charset=utf-8,algorithm=md5-sess'
)


class Known(Credentials):
    """Credentials without a file."""

    def __init__(self, name="chris", password="secret", realm=None):
        super().__init__(Peer(lambda *_: b""))
        self._known = {"authname": name, "password": password} | (
            {} if realm is None else {"realm": realm}
        )


def md5(data: bytes) -> bytes:
    return hashlib.md5(data).digest()


def test_the_example_of_the_rfc():
    """Section 4: IMAP4, user chris, password secret."""
    own_nonce = b"OA6MHXh6VqTrRk"
    challenge = Challenge(OFFER.replace(b"auth,auth-int,auth-conf", b"auth"), secure=True)
    key = md5(md5(b"chris:elwood.innosoft.com:secret") + b":OA6MG9tEQGm2hh:" + own_nonce)
    uri = b"imap/elwood.innosoft.com"
    assert challenge.proof(key, own_nonce, uri, b"AUTHENTICATE") == (
        b"d388dad90d4bbd760a152321f2143af7"
    )
    assert challenge.proof(key, own_nonce, uri, b"") == b"ea40f60335c427b5527b84dbabcdfffd"


def converse(offer=OFFER, *, secure=False, secret=None, host="box", lie=False, **known):
    """Play the daemon; answers what the client said and the layer that it ended with."""
    conversation = talk(Peer(lambda *_: b"", secure=secure, host=host), Known(**known))
    assert next(conversation) is None
    said = parse(conversation.send(offer))
    (nonce,), (own_nonce,), (uri,) = said[b"nonce"], said[b"cnonce"], said[b"digest-uri"]
    secret = secret or said[b"username"][0] + b":" + said[b"realm"][0] + b":secret"
    key = md5(md5(secret) + b":" + nonce + b":" + own_nonce)
    quality = said[b"qop"][0]

    def proof(method):
        about = method + b":" + uri + (b"" if quality == b"auth" else b":" + b"0" * 32)
        words = (hexlify(key), nonce, b"00000001", own_nonce, quality, hexlify(md5(about)))
        return hexlify(md5(b":".join(words)))

    assert said[b"response"] == [proof(b"AUTHENTICATE")]
    try:
        conversation.send(b"rspauth=" + (b"0" * 32 if lie else proof(b"")))
    except StopIteration as end:
        return said, end.value, key
    raise AssertionError("it goes on")


def test_in_the_open_it_encrypts():
    said, layer, _ = converse()
    assert said[b"qop"] == [b"auth-conf"]
    assert said[b"cipher"] == [b"rc4"]
    assert said[b"digest-uri"] == [b"libvirt/box"]
    assert said[b"realm"] == [b"elwood.innosoft.com"]
    assert layer.strength == 128


def test_where_it_is_safe_it_does_not():
    said, layer, _ = converse(secure=True)
    assert said[b"qop"] == [b"auth"]
    assert b"cipher" not in said
    assert layer is None


def test_names_that_need_care():
    said, _, _ = converse(name='a"b\\c', realm="its own")
    assert said[b"username"] == [b'a"b\\c']
    assert said[b"realm"] == [b"its own"]
    # Latin-1 is hashed as such where the server speaks UTF-8, anything else as UTF-8
    said, _, _ = converse(name="Jürgen", realm="r", secret="Jürgen:r:secret".encode("latin-1"))
    assert said[b"username"] == ["Jürgen".encode()]
    converse(name="Łukasz", realm="r", secret="Łukasz:r:secret".encode())
    plain = OFFER.replace(b"charset=utf-8,", b"")
    converse(plain, name="Jürgen", realm="r", secret="Jürgen:r:secret".encode())


def test_without_a_realm_it_is_the_host():
    said, _, _ = converse(OFFER.replace(b'realm="elwood.innosoft.com",', b""), host="far")
    assert said[b"realm"] == [b"far"]


def test_a_daemon_that_does_not_know_the_password():
    with pytest.raises(AuthFailed, match="mutual authentication"):
        converse(lie=True)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (b"algorithm=md5-sess", b"algorithm=md5", "algorithm or nonce"),
        (b'nonce="OA6MG9tEQGm2hh",', b"", "algorithm or nonce"),
        (b'nonce="OA6MG9tEQGm2hh",', b'nonce="a",nonce="b",', "algorithm or nonce"),
        (b"auth,auth-int,auth-conf", b"auth,auth-int", "does not offer encryption"),
        (
            b"rc4-40,rc4-56,rc4,des,3des",
            b"des,3des,rc4-40",
            "it has des, 3des, rc4-40; vsh has rc4",
        ),
        (b"maxbuf=65536", b"maxbuf=1", "maxbuf"),
        (b"maxbuf=65536", b"maxbuf=-1", "maxbuf"),
        (b"maxbuf=65536", b"maxbuf=99999999999", "maxbuf"),
        (b"maxbuf=65536", b"maxbuf=000000100" + b"9" * 5000, "maxbuf"),
        (b"charset=utf-8", b"charset", "a word without '='"),
        (b"md5-sess", b'"md5-sess', "a quote without its end"),
        (OFFER, b"", "algorithm or nonce"),
    ],
)
def test_challenges_that_cannot_be_answered(old, new, text):
    with pytest.raises(AuthFailed, match=text):
        converse(OFFER.replace(old, new))


def other_side(key: bytes) -> Rc4Layer:
    """The daemon's layer: the client's with the directions changed."""
    layer = Rc4Layer(key, b"rc4", 65536)
    layer._seal, layer._unseal = layer._unseal, layer._seal
    layer._signs, layer._checks = layer._checks, layer._signs
    return layer


def test_the_bytes_of_a_packet():
    key = bytes(range(16))
    packet = Rc4Layer(key, b"rc4", 65536).seal(b"hello")
    from vsh.auth._rc4 import Rc4

    constant = b"Digest H(A1) to client-to-server sealing key magic constant"
    plain = Rc4(md5(key + constant)).crypt(packet[:-6])
    assert plain[:5] == b"hello"
    assert len(plain) == 5 + 10
    assert packet[-6:] == b"\0\1\0\0\0\0"


def test_packets_both_ways():
    key = bytes(range(16))
    here, there = Rc4Layer(key, b"rc4", 65536), other_side(key)
    for text in (b"first", b"", b"third" * 1000):
        assert there.unseal(here.seal(text)) == text
        assert here.unseal(there.seal(text)) == text
    assert here.most + 30 > 65536 - 30 > here.most - 30


@pytest.mark.parametrize(
    "change",
    [
        lambda packet: packet[:-1],
        lambda packet: b"",
        lambda packet: packet + b"x",
        lambda packet: bytes([packet[0] ^ 1]) + packet[1:],
        lambda packet: packet[:-1] + bytes([packet[-1] ^ 1]),
    ],
)
def test_a_packet_that_was_changed(change):
    key = bytes(range(16))
    here, there = Rc4Layer(key, b"rc4", 65536), other_side(key)
    with pytest.raises(InternalError, match="failed to decode SASL data"):
        there.unseal(change(here.seal(b"hello")))


def test_packets_in_another_order():
    key = bytes(range(16))
    here, there = Rc4Layer(key, b"rc4", 65536), other_side(key)
    here.seal(b"one")
    with pytest.raises(InternalError, match="integrity"):
        there.unseal(here.seal(b"two"))


@given(st.binary(max_size=200))
def test_any_challenge_is_answered_or_refused(data):
    conversation = talk(Peer(lambda *_: b"", secure=False), Known())
    next(conversation)
    with contextlib.suppress(AuthFailed):
        assert isinstance(conversation.send(data), bytes)


@given(st.binary(max_size=100))
def test_words_come_back(value):
    assert parse(b"a=" + module._quoted(value) + b",b=2") == {b"a": [value], b"b": [b"2"]}
