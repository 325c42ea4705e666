"""<seclabel>, <keywrap> and <launchSecurity>: how a domain is kept apart from the others and the
host."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Switch, Text
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.node import MERGED
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import UINT_MAX, ULONG_MAX, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class SecurityLabel(Element, tag="seclabel"):
    """The label of one security model.

    implicit  no document asked for it: it is the driver's own for a guest that runs
    """

    implicit = False

    type = Choice[str]("@type", ("none", "dynamic", "static"), default="dynamic")
    model = Text("@model")
    relabel = Flag("@relabel", when=lambda s: s.type != "none")
    label = Text("label", when=lambda s: s.type != "none")
    imagelabel = Text("imagelabel", when=lambda s: s.relabel and s.type != "none")
    baselabel = Text("baselabel", when=lambda s: s.type == "dynamic")

    def parsed(self, reading: Reading) -> Found:
        inactive = reading.flags & INACTIVE
        if self.relabel is None:
            self.relabel = self.type not in ("static", "none")
        if self.type == "dynamic" and not self.relabel:
            yield ConfigUnsupported("dynamic label type must use resource relabeling")
        if self.type == "none" and self.relabel:
            yield ConfigUnsupported("resource relabeling is not compatible with 'none' label type")
        if self.model == "none":
            if inactive:
                self.type, self.relabel = "none", False
            elif self.type != "none":
                yield ConfigUnsupported(f"unsupported type='{self.type}' to model 'none'")
            self.drop("label", "imagelabel", "baselabel")
            return
        if self.type == "static" or (not inactive and self.type != "none"):
            if not self.label:
                yield XmlError("security label is missing")
        else:
            self.label = None
        if self.relabel and not inactive and self.type != "none":
            if not self.imagelabel:
                yield XmlError("security imagelabel is missing")
        else:
            self.imagelabel = None
        if self.type != "dynamic":
            self.baselabel = None


class KeyCipher(Element, tag="cipher"):
    """Whether one kind of key may be wrapped."""

    name = Choice[str]("@name", ("aes", "dea"), required=True)
    state = Switch("@state", required=True)


class KeyWrap(Element, tag="keywrap"):
    """Wrapping of keys (s390x)."""

    in_parts = True
    repeated = MERGED

    omit_empty = True

    ciphers = Children(KeyCipher, "cipher")

    def parsed(self, reading: Reading) -> Found:
        names = [cipher.name for cipher in self.ciphers]
        if len(set(names)) != len(names):
            name = next(n for i, n in enumerate(names) if n in names[:i])
            yield InternalError(
                f"A domain definition can have no more than one cipher node with name {name}"
            )
        self.ciphers = sorted(self.ciphers, key=lambda cipher: str(cipher.name))


class LaunchSecurity(Element, tag="launchSecurity"):
    """Encryption of the guest's memory."""

    type = Choice[str]("@type", ("sev", "sev-snp", "s390-pv", "tdx"), required=True)
    kernel_hashes = Flag("@kernelHashes")
    author_key = Flag("@authorKey")
    vcek = Flag("@vcek")
    cbitpos = Int("cbitpos", wrong=(XmlError, "Invalid format for launch security cbitpos"))
    reduced_phys_bits = Int(
        "reducedPhysBits", wrong=(XmlError, "Invalid format for launch security reduced-phys-bits")
    )
    policy = Text("policy")
    dh_cert = Text("dhCert")
    session = Text("session")
    guest_visible_workarounds = Text("guestVisibleWorkarounds")
    id_block = Text("idBlock")
    id_auth = Text("idAuth")
    host_data = Text("hostData")
    mr_config_id = Text("mrConfigId")
    mr_owner = Text("mrOwner")
    mr_owner_config = Text("mrOwnerConfig")
    quote_service = Present("quoteGenerationService")
    quote_service_path = Text("quoteGenerationService/@path")

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """A second service is refused where there may be one at all."""
        if element.get("type") == "tdx" and len(element.findall("quoteGenerationService")) > 1:
            reading.problem(XmlError("only a single QGS element is supported"), element)

    def parsed(self, reading: Reading) -> Found:
        sev = ("dh_cert", "session")
        snp = (
            "author_key",
            "vcek",
            "guest_visible_workarounds",
            "id_block",
            "id_auth",
            "host_data",
        )
        common = ("kernel_hashes", "cbitpos", "reduced_phys_bits", "policy")
        tdx = ("mr_config_id", "mr_owner", "mr_owner_config", "quote_service", "quote_service_path")
        if self.type == "sev":
            self.drop(*snp, *tdx)
            yield from self._policy("0x{:04x}", UINT_MAX)
        elif self.type == "sev-snp":
            self.drop(*sev, *tdx)
            yield from self._policy("0x{:08x}", ULONG_MAX)
        elif self.type == "tdx":
            self.drop(*sev, *snp, "kernel_hashes", "cbitpos", "reduced_phys_bits")
            if self.policy is not None:
                yield from self._policy("0x{:x}", ULONG_MAX, " for launch security type TDX")
        elif self.type == "s390-pv":
            self.drop(*sev, *snp, *common, *tdx)

    def _policy(self, form: str, most: int, whose: str = "") -> Iterable[Error]:
        """The policy, a hexadecimal number, in the form of the type."""
        try:
            value = number(self.policy or "", 16)
        except ValueError:
            value = -1
        if not 0 <= value <= most:
            yield XmlError(f"failed to get launch security policy{whose}")
        else:
            self.policy = form.format(value)
