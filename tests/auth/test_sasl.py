"""The SASL conversation: which mechanism, whose turn, and daemons that do not keep to it.

The daemon is a function that is called for each step.
"""

from __future__ import annotations

import struct
import sys
import types

import pytest
from scramp import ScramMechanism

from vsh.auth import Peer
from vsh.auth.sasl import choose, sasl
from vsh.errors import AuthFailed, InternalError, RpcError
from vsh.rpc.codec import wire
from vsh.rpc.xdr import Reader, Writer

INIT, START, STEP = 67, 68, 69


def text(word: str) -> bytes:
    writer = Writer()
    writer.text(word)
    return bytes(writer.data)


def answer(data: bytes | None, *, complete: bool = False) -> bytes:
    raw = b"".join(struct.pack(">i", byte - 256 if byte > 127 else byte) for byte in data or b"")
    return struct.pack(">iiI", complete, data is None, len(data or b"")) + raw


class Daemon:
    """Offers mechanisms, and gives its answers one after the other."""

    def __init__(self, offered: str, *answers) -> None:
        self.offered = offered
        self.answers = list(answers)
        self.heard: list[bytes | None] = []
        self.mechanism = ""

    def __call__(self, procedure: int, payload: bytes) -> bytes:
        if procedure == INIT:
            return text(self.offered)
        reader = Reader(payload)
        if procedure == START:
            self.mechanism = reader.text()
        nothing = reader.i32()
        data = bytes(reader.i32() & 255 for _ in range(reader.count(65536, 4)))
        reader.finish()
        self.heard.append(None if nothing else data)
        found = self.answers.pop(0)
        return found(self.heard[-1]) if callable(found) else found


def peer(daemon, **options) -> Peer:
    words = {"Please enter your authentication name": "fred", "Please enter your password": "pw"}
    return Peer(daemon, prompt=lambda question, secret: words[question], **options)


@pytest.fixture(autouse=True)
def no_file(monkeypatch, tmp_path):
    (tmp_path / "auth.conf").touch()
    monkeypatch.setenv("LIBVIRT_AUTH_FILE", str(tmp_path / "auth.conf"))


def test_the_payloads_are_those_of_the_calls():
    """What is packed by hand here is what the declared calls say."""
    from vsh.api.connection.handshake import Handshake

    daemon = Daemon("PLAIN", answer(None, complete=True))
    sent = []

    def ask(procedure, payload):
        sent.append(payload)
        return daemon(procedure, payload)

    assert sasl(peer(ask)) is None
    request = wire(Handshake.auth_sasl_start).decode_args(None, sent[1])
    assert request.values == ("PLAIN", 0, b"\0fred\0pw")


@pytest.mark.parametrize(
    ("offered", "secure", "chosen"),
    [
        ("DIGEST-MD5,SCRAM-SHA-1,SCRAM-SHA-256,PLAIN", True, "SCRAM-SHA-256"),
        ("PLAIN SCRAM-SHA-1", True, "SCRAM-SHA-1"),
        ("DIGEST-MD5,SCRAM-SHA-256,PLAIN", False, "DIGEST-MD5"),
        ("PLAIN,CRAM-MD5", True, "PLAIN"),
    ],
)
def test_the_best_mechanism(offered, secure, chosen):
    assert choose(Peer(lambda *_: b"", secure=secure), offered) == chosen


def test_the_wanted_mechanism():
    for word in ("PLAIN", "plain"):
        assert choose(Peer(lambda *_: b"", mechanism=word), "SCRAM-SHA-256,PLAIN") == "PLAIN"
    with pytest.raises(AuthFailed) as caught:
        choose(Peer(lambda *_: b"", mechanism="NTLM"), "PLAIN")
    assert str(caught.value) == (
        "authentication failed: SASL mechanism NTLM not supported by server"
    )


@pytest.mark.parametrize(
    ("offered", "mechanism", "hint"),
    [
        ("PLAIN,SCRAM-SHA-256", None, "PLAIN: others could read the password"),
        ("PLAIN", "plain", "PLAIN: others could read"),
        ("NTLM", None, "the daemon offers NTLM, and vsh knows GSSAPI,"),
        ("NTLM", "NTLM", "the daemon offers NTLM"),
    ],
)
def test_none_will_do(offered, mechanism, hint):
    with pytest.raises(AuthFailed) as caught:
        choose(Peer(lambda *_: b"", secure=False, mechanism=mechanism), offered)
    assert str(caught.value) == (
        "authentication failed: Failed to start SASL negotiation: -4 "
        "(SASL(-4): no mechanism available: No worthy mechs found)"
    )
    assert hint in caught.value.hint


def test_libraries_that_are_missing_are_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(AuthFailed) as caught:
        choose(Peer(lambda *_: b""), "SCRAM-SHA-256,GSSAPI")
    assert "SCRAM-SHA-256: it needs the scramp library: pip install 'virt-vsh[sasl]'" in (
        caught.value.hint
    )
    assert "pip install gssapi" in caught.value.hint
    assert choose(Peer(lambda *_: b""), "SCRAM-SHA-256,PLAIN") == "PLAIN"


# ------------------------------------------------------------------------------- scram


def scram(name: str, password: str = "pw", change=lambda first: first) -> Daemon:
    """A daemon that knows fred."""
    mechanism = ScramMechanism(name)
    salt, stored, key, rounds = mechanism.make_auth_info(password, iteration_count=4096)
    server = mechanism.make_server(lambda user: (salt, stored, key, rounds))

    def first(data):
        server.set_client_first(data.decode())
        return answer(change(server.get_server_first()).encode())

    def last(data):
        server.set_client_final(data.decode())
        return answer(server.get_server_final().encode(), complete=True)

    return Daemon(name, first, last)


@pytest.mark.parametrize("name", ["SCRAM-SHA-256", "SCRAM-SHA-1"])
def test_scram(name):
    daemon = scram(name)
    assert sasl(peer(daemon)) is None
    assert daemon.mechanism == name
    assert daemon.heard[0].startswith(b"n,,n=fred,r=")


def test_scram_where_the_daemon_lies():
    daemon = scram("SCRAM-SHA-256")
    daemon.answers[1] = answer(b"v=AAAA", complete=True)
    with pytest.raises(AuthFailed, match="Failed to step SASL negotiation: SCRAM-SHA-256: "):
        sasl(peer(daemon))


@pytest.mark.parametrize(
    "first", ["", "r=x", "\xff", "r=x,s=AAAA,i=4096", "r=x,s=AAAA,i=no", "i=,i=,i="]
)
def test_scram_words_that_mean_nothing(first):
    daemon = Daemon("SCRAM-SHA-256", answer(first.encode("latin-1")))
    with pytest.raises(AuthFailed):
        sasl(peer(daemon))


def test_scram_does_not_compute_for_ever():
    daemon = scram("SCRAM-SHA-256", change=lambda first: first.replace("4096", "999999999999999"))
    with pytest.raises(AuthFailed, match=r"hashed 9999999999 times, more than"):
        sasl(peer(daemon))


# ------------------------------------------------------------------------------- whose turn


def test_a_daemon_that_needs_one_more_word():
    """It may say that it is content only after an empty step."""
    daemon = Daemon("PLAIN", answer(None), answer(None, complete=True))
    sasl(peer(daemon))
    assert daemon.heard == [b"\0fred\0pw", None]


def test_a_daemon_that_is_content_too_soon():
    daemon = Daemon("SCRAM-SHA-256", answer(b"r=x,s=AAAA,i=4096", complete=True))
    with pytest.raises(AuthFailed):
        sasl(peer(daemon))
    daemon = Daemon("DIGEST-MD5", answer(b'nonce="n",algorithm=md5-sess,qop="auth"', complete=True))
    with pytest.raises(AuthFailed, match="an end that both sides agree on"):
        sasl(peer(daemon))


def test_a_daemon_that_never_ends():
    daemon = Daemon("PLAIN", *[answer(None)] * 1000)
    with pytest.raises(AuthFailed, match="an end that both sides agree on"):
        sasl(peer(daemon))
    assert len(daemon.answers) > 900


@pytest.mark.parametrize("payload", [b"", bytes(8), bytes(8) + b"\0\0\0\5", bytes(16)])
def test_an_answer_that_does_not_decode(payload):
    with pytest.raises(RpcError, match="Unable to decode message payload"):
        sasl(peer(Daemon("PLAIN", payload)))


# ------------------------------------------------------------------------------- gssapi


class Context:
    """A stand-in for a Kerberos context: one step each, and "encryption" that reverses."""

    def __init__(self, name, usage):
        self.name, self.complete, self.steps = name, False, []

    def step(self, token=None):
        self.steps.append(token)
        self.complete = token is not None
        return None if self.complete else b"ticket"

    def wrap(self, data, encrypt):
        return types.SimpleNamespace(message=(b"E" if encrypt else b"S") + data[::-1])

    def unwrap(self, data):
        if data[:1] not in (b"E", b"S"):
            raise GssError("defective token")
        return types.SimpleNamespace(message=data[:0:-1], encrypted=data[:1] == b"E")


class GssError(Exception):
    pass


@pytest.fixture
def gssapi(monkeypatch):
    """The library's face, without Kerberos behind it."""
    library = types.ModuleType("gssapi")
    library.Name = lambda name, kind: name
    library.NameType = types.SimpleNamespace(hostbased_service="service")
    library.SecurityContext = Context
    library.exceptions = types.SimpleNamespace(GSSError=GssError)
    monkeypatch.setitem(sys.modules, "gssapi", library)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name == "gssapi" or None)
    return library


def test_gssapi_encrypts(gssapi):
    offer = b"S" + b"\x05\x00\x10\x00"[::-1]
    daemon = Daemon(
        "GSSAPI,DIGEST-MD5", answer(b"token"), answer(offer), answer(None, complete=True)
    )
    layer = sasl(peer(daemon, secure=False, host="box"))
    assert daemon.mechanism == "GSSAPI"
    assert daemon.heard == [b"ticket", b"", b"S" + b"\x04\x01\x00\x00"[::-1]]
    assert layer.seal(b"abc") == b"Ecba"
    assert layer.unseal(b"Ecba") == b"abc"
    assert 0 < layer.most < 4096
    with pytest.raises(InternalError, match="it is not encrypted"):
        layer.unseal(b"Scba")
    with pytest.raises(InternalError, match="defective token"):
        layer.unseal(b"?")


def test_gssapi_where_it_is_safe(gssapi):
    daemon = Daemon("GSSAPI", answer(b"t"), answer(b"S\0\0\0\1"), answer(None, complete=True))
    assert sasl(peer(daemon)) is None
    assert daemon.heard[-1] == b"S" + b"\x01\0\0\0"[::-1]


def test_gssapi_that_does_not_encrypt_in_the_open(gssapi):
    daemon = Daemon("GSSAPI", answer(b"t"), answer(b"S\0\0\0\1"), answer(None, complete=True))
    with pytest.raises(AuthFailed, match="does not offer the protection needed"):
        sasl(peer(daemon, secure=False))


def test_gssapi_without_a_ticket(gssapi):
    def step(self, token=None):
        raise GssError("No Kerberos credentials available")

    gssapi.SecurityContext = type("Ticketless", (Context,), {"step": step})
    with pytest.raises(AuthFailed, match="GSSAPI Error: No Kerberos credentials") as caught:
        sasl(peer(Daemon("GSSAPI")))
    assert "kinit" in caught.value.hint
