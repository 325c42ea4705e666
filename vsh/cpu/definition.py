"""What ``<cpu>`` says of a CPU: a guest's (``vsh.xml.domain.cpu.Cpu``) or a host's (``HostCpu``).

A host's CPU has an architecture and its features have no policy: they are there.  What is called
the model below is the model's name, the vendor, and the features.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.xml.domain.cpu import Cpu, CpuFeature, what_both_say
from vsh.xml.domain.os import ARCHITECTURES
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.reader import local, parse, read_element
from vsh.xml.engine.reading import Reading
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import INT_MAX, ULONG_MAX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Literal, overload

    from lxml.etree import _Element
    from typing_extensions import TypeIs

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found

FORCE, REQUIRE, OPTIONAL, DISABLE, FORBID = "force", "require", "optional", "disable", "forbid"


class HostFeature(Element, tag="feature"):
    """One feature that a host's CPU has."""

    name = Text[str]("@name")
    policy: str | None = None  # it is there

    def parsed(self, reading: object) -> Iterable[Error | tuple[str, Error]]:
        if not self.name:
            yield XmlError("Invalid CPU feature name")


class Counter(Element, tag="counter"):
    """A clock of the host's CPU."""

    name = Text("@name")
    frequency = Int("@frequency", 0, ULONG_MAX, required=True)
    scaling = Flag("@scaling")


class HostCpu(Element, tag="cpu"):
    """A host's CPU."""

    # only for saying that it must not be there
    mode = Text("@mode", when=lambda c: False)
    arch = Choice("arch", ARCHITECTURES, wrong=(ConfigUnsupported, "Unknown architecture {}"))
    model = Text("model", after="counters")
    vendor = Text("vendor")
    microcode = Int(
        "microcode/@version", skip=0, wrong=(ConfigUnsupported, "invalid microcode version")
    )
    signature_family = Int("signature/@family", required=True, nonzero=True)
    signature_model = Int("signature/@model", required=True)
    signature_stepping = Int("signature/@stepping", required=True)
    counters = Children(Counter, "counter")
    sockets = Int("topology/@sockets", required=True, nonzero=True)
    dies = Int("topology/@dies", nonzero=True)
    clusters = Int("topology/@clusters", nonzero=True)
    cores = Int("topology/@cores", required=True, nonzero=True)
    threads = Int("topology/@threads", required=True, nonzero=True)
    cache_level = Int("cache/@level", 0, INT_MAX)
    cache_mode = Choice("cache/@mode", ("emulate", "passthrough", "disable"), required=True)
    address_mode = Choice("maxphysaddr/@mode", ("emulate", "passthrough"), required=True)
    address_bits = Int("maxphysaddr/@bits", 0, INT_MAX)
    address_limit = Int("maxphysaddr/@limit", nonzero=True)
    features = Children(HostFeature, "feature", after="threads")

    # never there, so that both kinds of CPU can be asked
    match: str | None = None
    vendor_id: str | None = None

    def parsed(self, reading: object) -> Found:
        if self.mode is not None:
            yield "mode", ConfigUnsupported("Attribute mode is only allowed for guest CPU")
        if not self.arch:
            yield "arch", XmlError("Missing CPU architecture")
        if not self.model:
            yield "model", XmlError("Missing CPU model name")
        self.counters = [counter for counter in self.counters if counter.name == "tsc"][:1]
        yield from what_both_say(self)


if TYPE_CHECKING:

    @overload
    def read_cpu(
        document: str | bytes, *, host: Literal[True], validate: bool = False
    ) -> HostCpu: ...
    @overload
    def read_cpu(document: str | bytes, *, host: Literal[False], validate: bool = False) -> Cpu: ...
    @overload
    def read_cpu(
        document: str | bytes, *, host: None = None, validate: bool = False
    ) -> Cpu | HostCpu: ...


def read_cpu(
    document: str | bytes, *, host: bool | None = None, validate: bool = False
) -> Cpu | HostCpu:
    """The CPU of a document: a HostCpu, a guest's Cpu, or, without ``host``, what it looks like.

    Raises the first problem.
    """
    if validate:
        from vsh.xml.schema import validate as validated

        validated(document, "cpu.rng", Cpu)
    return cpu_of(parse(document), host=host)


def cpu_of(element: _Element, *, host: bool | None = None) -> Cpu | HostCpu:
    """As ``read_cpu``, of an element that was parsed."""
    if local(element.tag) != "cpu":
        raise XmlError("XML does not contain expected 'cpu' element")
    if host is None:
        host = element.find("arch") is not None
        if host and element.get("match") is not None:
            raise XmlError(
                "'arch' element cannot be used inside 'cpu' element with 'match' attribute'"
            )
    reading = Reading(0, [], None)
    cpu: Cpu | HostCpu = (
        read_element(element, HostCpu, reading) if host else read_element(element, Cpu, reading)
    )
    if reading.problems:
        raise reading.problems[0].error
    if not is_host(cpu):
        cpu.numa = None  # the cells belong to the domain
    return cpu


def guest_cpu(**values: object) -> Cpu:
    """A new guest's CPU of a model that is yet to be found."""
    return Cpu(mode="custom", match="exact", fallback="allow", **values)


def is_host(cpu: object) -> TypeIs[HostCpu]:
    """Whether it is a host's CPU."""
    return isinstance(cpu, HostCpu)


def find_feature(cpu: Cpu | HostCpu, name: str) -> CpuFeature | HostFeature | None:
    """A feature that a CPU's definition names, or None."""
    for feature in cpu.features:
        if feature.name == name:
            return feature
    return None


def set_features(cpu: Cpu | HostCpu, features: Iterable[tuple[str, str | None]]) -> None:
    """Give a CPU's definition these features, and no others: names, and policies for a guest's."""
    if is_host(cpu):
        cpu.features = [HostFeature(name=name) for name, _ in features]
    else:
        cpu.features = [
            CpuFeature(name=name, policy=policy or REQUIRE) for name, policy in features
        ]


def _append(cpu: Cpu | HostCpu, name: str, policy: str | None) -> None:
    if is_host(cpu):
        cpu.features.append(HostFeature(name=name))
    else:
        cpu.features.append(CpuFeature(name=name, policy=policy or REQUIRE))


def add_feature(cpu: Cpu | HostCpu, name: str, policy: str | None) -> None:
    """Add a feature that must not be there yet."""
    if find_feature(cpu, name) is not None:
        raise InternalError(f"CPU feature '{name}' specified more than once")
    _append(cpu, name, policy)


def set_feature(cpu: Cpu | HostCpu, name: str, policy: str | None) -> None:
    """Add a feature, or change what is said about it."""
    found = find_feature(cpu, name)
    if found is None:
        _append(cpu, name, policy)
    elif isinstance(found, CpuFeature):
        found.policy = policy or REQUIRE


def suggest_feature(cpu: Cpu | HostCpu, name: str, policy: str | None) -> None:
    """Add a feature unless the definition has it already."""
    if find_feature(cpu, name) is None:
        _append(cpu, name, policy)


def take_model(
    cpu: Cpu | HostCpu,
    source: Cpu | HostCpu,
    *,
    keep_vendor: bool = False,
    only: Callable[[str], bool] | None = None,
) -> None:
    """Give a CPU the model of another, and only those of its features."""
    cpu.model = source.model
    set_features(
        cpu,
        [
            (feature.name, feature.policy)
            for feature in source.features
            if only is None or only(feature.name)
        ],
    )
    if not keep_vendor:
        cpu.vendor = source.vendor
        if not is_host(cpu):
            cpu.vendor_id = source.vendor_id
