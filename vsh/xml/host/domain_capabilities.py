"""<domainCapabilities>: what guests of one kind can have.

libvirt only writes these documents; they are read for what they say.  Devices and features are
many, and more with every version: all are read alike, by the names of their elements.
"""

from __future__ import annotations

from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Int, Present, Text
from vsh.xml.engine.structure import Child, Children, Custom, Customs
from vsh.xml.engine.text import ULONG_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.engine.reading import Reading


class Value(Element, tag="value"):
    """One word that may be used."""

    text = Text(".")


class Words(Element, tag="enum"):
    """The words that an attribute or element may have."""

    name = Text[str]("@name", required=True)
    choices = Children(Value, "value")


class SgxSection(Element, tag="section"):
    """A part of the enclave memory."""

    cell = Int[int]("@node", required=True)
    size = Int[int]("@size", 0, ULONG_MAX, required=True)
    unit = Text("@unit")


class Offer(Element):
    """A device or a feature; ``word`` is the name of its element."""

    supported = Flag("@supported")
    choices = Children(Value, "value")
    words = Children(Words, "enum")
    cbitpos = Int("cbitpos")
    reduced_bits = Int("reducedPhysBits")
    guest_limit = Int("maxGuests")
    secure_guest_limit = Int("maxESGuests")
    cpu0 = Text("cpu0Id")
    flc = Flag("flc")
    sgx1 = Flag("sgx1")
    sgx2 = Flag("sgx2")
    section_size = Int("section_size", 0, ULONG_MAX)
    section_unit = Text("section_size/@unit")
    sections = Children(SgxSection, "sections/section")
    spinlocks = Text("defaults/spinlocks")
    synthetic_timer_direct = Text("defaults/stimer_direct")
    tlb_flush_direct = Text("defaults/tlbflush_direct")
    tlb_flush_extended = Text("defaults/tlbflush_extended")
    vendor_id = Text("defaults/vendor_id")

    word = ""

    def allowed(self, name: str) -> list[str]:
        """The words that may stand for something."""
        return [
            value.text or ""
            for words in self.words
            if words.name == name
            for value in words.choices
        ]


def _read_offer(element: _Element, reading: Reading) -> Offer:
    from vsh.xml.engine.reader import local, read_element

    offer = read_element(element, Offer, reading)
    offer.word = local(element.tag)
    return offer


def _write_offers(offers: list[Offer], out: list[str], level: int, flags: int) -> None:
    from vsh.xml.engine.writer import append

    for offer in offers:
        append(offer, out, level, flags, offer.word)


def _write_offer(offer: Offer, out: list[str], level: int, flags: int) -> None:
    _write_offers([offer], out, level, flags)


class CpuModel(Element, tag="model"):
    """A model of CPU.

    lacking  what a CPU here would have to have; written behind the model, read into ``blockers``
    """

    usable = Text("@usable")
    deprecated = Flag("@deprecated")
    vendor = Text("@vendor")
    canonical = Text("@canonical")
    fallback = Text("@fallback")
    name = Text(".")

    lacking: tuple[str, ...] = ()


class CpuFeature(Element, tag="feature"):
    """A feature of the host's CPU."""

    policy = Text("@policy")
    name = Text[str]("@name", required=True)


class Blocker(Element, tag="blockers"):
    """Why a model cannot be used."""

    model = Text("@model")
    features = Children(CpuFeature, "feature")


def _read_model(element: _Element, reading: Reading) -> CpuModel:
    from vsh.xml.engine.reader import read_element

    return read_element(element, CpuModel, reading)


def _write_models(models: list[CpuModel], out: list[str], level: int, flags: int) -> None:
    from vsh.xml.engine.writer import append

    for model in models:
        append(model, out, level, flags, "model")
        if model.lacking:
            features = [CpuFeature(name=name) for name in model.lacking]
            blocker = Blocker(model=model.name, features=features)
            append(blocker, out, level, flags, "blockers")


class CpuMode(Element, tag="mode"):
    """A way to choose a guest's CPU."""

    name = Text[str]("@name", required=True)
    supported = Flag("@supported")
    words = Children(Words, "enum")
    models = Customs("model", _read_model, _write_models)
    vendor = Text("vendor")
    address_mode = Text("maxphysaddr/@mode")
    address_limit = Int("maxphysaddr/@limit")
    features = Children(CpuFeature, "feature")
    blockers = Children(Blocker, "blockers")


class HypervisorFeatures(Element):
    """All the devices, or all the features."""

    offers = Customs("*", _read_offer, _write_offers)

    open = (".",)

    def offer(self, word: str) -> Offer | None:
        """That of an element's name."""
        return next((offer for offer in self.offers if offer.word == word), None)


class DomainCapabilities(Element, tag="domainCapabilities"):
    """All of it."""

    path = Text("path")
    domain = Text("domain")
    machine = Text("machine")
    arch = Text("arch")
    vcpu_limit = Int("vcpu/@max")
    io_threads = Flag("iothreads/@supported")
    os_supported = Flag("os/@supported")
    os_words = Children(Words, "os/enum")
    firmware_features = Custom("os/firmwareFeatures", _read_offer, _write_offer)
    loader = Custom("os/loader", _read_offer, _write_offer)
    varstore = Custom("os/varstore", _read_offer, _write_offer)
    has_cpu = Present("cpu")
    cpu_modes = Children(CpuMode, "cpu/mode")
    memory_backing = Custom("memoryBacking", _read_offer, _write_offer)
    devices = Child(HypervisorFeatures, "devices")
    features = Child(HypervisorFeatures, "features")
