"""<tpm>: a trusted platform module."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.devices._info import Device
from vsh.xml.domain.devices.chardev import TYPES
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Text
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.structure import Children, Customs
from vsh.xml.engine.values import Uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


BANKS = ("sha1", "sha256", "sha384", "sha512")


def _read_bank(element: _Element, reading: Reading) -> str | None:
    if element.tag.__class__ is not str:
        return None
    if element.tag not in BANKS:
        raise ConfigUnsupported(f"Unsupported PCR banks '{element.tag}'")
    return str(element.tag)


def _write_banks(value: list[str], out: list[str], level: int, flags: int) -> None:
    out.extend(f"{'  ' * level}<{bank}/>\n" for bank in BANKS if bank in value)


class _Secret(Uuid):
    """The UUID of a secret; an empty one is none."""

    def parse(self, text: str) -> str | None:  # type: ignore[override]
        return super().parse(text) if text else None


class TpmBackend(Element, tag="backend"):
    """What a TPM is made of."""

    type = Choice[str]("@type", ("passthrough", "emulator", "external"), required=True)
    version = Choice("@version", ("1.2", "2.0"))
    persistent_state = Flag(
        "@persistent_state",
        skip=False,
        after="debug",
        wrong=(InternalError, "Invalid persistent_state value, either 'yes' or 'no'"),
    )
    debug = Int("@debug", skip=0)
    device = Text("device/@path")
    secret = _Secret(
        "encryption/@secret", wrong=(InternalError, "Unable to parse secret uuid '{}'")
    )
    banks = Customs("active_pcr_banks/*", _read_bank, _write_banks)
    source = Present("source", when=lambda b: False)
    source_type = Text("source/@type")
    source_mode = Choice("source/@mode", ("connect", "bind"))
    source_path = Text("source/@path")
    profile_source = Text("profile/@source")
    profile_remove_disabled = Choice(
        "profile/@removeDisabled", ("check", "fips-host"), when=lambda b: b.profiled()
    )
    profile_name = Text("profile/@name")

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """An emulator that runs elsewhere is behind a character device, which has one source."""
        sources = sum(child.tag == "source" for child in element)
        if element.get("type") == "external" and sources > 1:
            words = "only one source element is allowed for character device"
            reading.problem(XmlError(words), element)

    def profiled(self) -> bool:
        """Whether there is a profile, which has a name at least."""
        return self.profile_source is not None or self.profile_name is not None

    def parsed(self, reading: Reading) -> Found:
        emulator = ("version", "persistent_state", "debug", "secret", "banks", "profile_source",
                    "profile_remove_disabled", "profile_name")  # fmt: skip
        source = ("source_type", "source_mode", "source_path")
        if self.type == "passthrough":
            self.drop(*emulator, *source)
            if not self.device:
                self.device = "/dev/tpm0"
        elif self.type == "emulator":
            self.drop("device", "source_mode")
            if self.source_type is not None and self.source_type not in ("file", "dir"):
                yield XmlError(
                    f"Invalid value for attribute 'type' in element 'source': '{self.source_type}'."
                )
            elif self.source and self.source_path is None:
                yield XmlError("missing TPM source path")
            elif self.source_type is None:
                self.forget("source_path")
        elif self.type == "external":
            self.drop(*emulator, "device")
            if not self.source_type:
                yield XmlError("missing external TPM backend source type")
            elif self.source_type not in TYPES:
                yield ConfigUnsupported(
                    f"unknown backend source type '{self.source_type}' for external TPM"
                )
            elif self.source_type != "unix":
                yield XmlError("only source type 'unix' is supported for external TPM device")
            elif self.source_mode == "bind":
                yield XmlError("only 'connect' mode is supported for external TPM device")
            self.source_mode = "connect"


class Tpm(Device, tag="tpm"):
    """One TPM of a domain."""

    model = Choice("@model", ("tpm-tis", "tpm-crb", "tpm-spapr", "spapr-tpm-proxy"))
    backends = Children(TpmBackend, "backend")

    def read_device(self, reading: Reading) -> Found:
        if len(self.backends) > 1:
            self.drop("backends")
            yield "backends", XmlError("only one TPM backend is supported")
        elif not self.backends:
            yield Problem(XmlError("missing TPM device backend"), "backends", form=True)
