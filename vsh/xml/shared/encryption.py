"""<encryption> and <auth> of storage: which secret opens an image or a server."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.values import parse_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

FORMATS = ("default", "qcow", "luks", "luks2", "luks-any")


class SecretReference(Element, tag="secret"):
    """<secret>: a secret, by its UUID or by what it is for."""

    type = Text("@type")
    uuid = Text("@uuid")
    usage = Text("@usage")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.uuid is not None:
            try:
                self.uuid = parse_uuid(self.uuid)
            except ValueError:
                yield XmlError(
                    f"Invalid value for attribute 'uuid' in element 'secret': '{self.uuid}'. "
                    "Expected UUID"
                )
        if self.uuid is None and self.usage is None:
            yield XmlError("missing secret uuid or usage attribute")
        elif self.uuid is not None and self.usage is not None:
            yield XmlError("either secret uuid or usage expected")


class Passphrase(SecretReference):
    """The secret that opens an image."""

    type = Choice[str](
        "@type",
        ("passphrase",),
        blank=True,
        required=(XmlError, "unknown volume encryption secret type"),
        wrong=(ConfigUnsupported, "unknown volume encryption secret type {}"),
    )
    uuid = Text("@uuid")
    usage = Text("@usage")


class Cipher(Element, tag="cipher"):
    """How an image is encrypted."""

    name = Text[str]("@name", required=(XmlError, "cipher info missing 'name' attribute"))
    size = Int[int]("@size", required=True)
    mode = Text("@mode")
    hash = Text("@hash")


class InitialVector(Element, tag="ivgen"):
    """How the cipher starts."""

    name = Text[str]("@name", required=(XmlError, "missing ivgen info name string"))
    hash = Text("@hash")


class Encryption(Element, tag="encryption"):
    """<encryption>: how to open an encrypted image."""

    scheme = Choice[str](
        "@format",
        FORMATS,
        blank=True,
        required=(XmlError, "unknown volume encryption format"),
        wrong=(ConfigUnsupported, "unknown volume encryption format type {}"),
    )
    engine = Choice("@engine", ("qemu", "librbd"))
    secrets = Children(Passphrase, "secret")
    cipher = Child(Cipher, "cipher")
    ivgen = Child(InitialVector, "ivgen")

    open = (".",)

    def parsed(self, reading: Reading) -> Found:
        if self.scheme != "luks":
            self.drop("cipher", "ivgen")
        elif self.ivgen is not None and self.cipher is None:
            self.drop("ivgen")
            yield "ivgen", XmlError("ivgen element found, but cipher is missing")


class Auth(Element, tag="auth"):
    """<auth>: as whom to log in, and with which secret."""

    type = Choice(
        "@type",
        ("chap", "ceph"),
        none="none",
        blank=True,
        wrong=(ConfigUnsupported, "unknown auth type '{}'"),
        after="username",
    )
    username = Given("@username", required=(XmlError, "missing username for auth"))
    secret = Child(SecretReference, "secret")

    def parsed(self, reading: Reading) -> Found:
        if self.secret is None:
            yield "secret", XmlError("Missing <secret> element in auth")
