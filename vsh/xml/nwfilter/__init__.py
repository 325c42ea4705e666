"""<filter>: a network filter, which is rules and other filters in order."""

from __future__ import annotations

from vsh.errors import Error, InternalError, InvalidArgument, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Text
from vsh.xml.engine.given import Given, Unexplained
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.structure import Customs
from vsh.xml.engine.text import INT_MAX, INT_MIN, number
from vsh.xml.engine.values import Uuid, generate_uuid
from vsh.xml.nwfilter.rules import PROTOCOLS, drops_sets, signs
from vsh.xml.nwfilter.values import Refused, variable
from vsh.xml.shared.filter_reference import FilterReference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading
    from vsh.xml.nwfilter.values import Kind

ACTIONS = ("drop", "accept", "reject", "return", "continue")
CHAINS = ("root", "mac", "vlan", "stp", "arp", "rarp", "ipv4", "ipv6")
CHAIN_PRIORITIES = {
    "root": 0, "mac": -800, "vlan": -750, "ipv4": -700, "ipv6": -600, "arp": -500, "rarp": -400,
}  # fmt: skip
_CHAIN_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-")
_LONGEST_CHAIN = 12
_FIRST, _LAST, _MIDDLE = -1000, 1000, 500
_NEGATED = " match='no'"
_WITH_PORTS = ("tcp", "udp", "sctp", "0x21", "33")


class Match:
    """What one element of a rule looks for: attribute -> (value, whether it must not be)."""

    __slots__ = ("items", "protocol", "wrong")

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self.items: dict[str, tuple[str, bool]] = {}
        self.wrong: list[Problem] = []

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Match) and (self.protocol, self.items) == (
            other.protocol,
            other.items,
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Match({self.protocol!r}, {self.items!r})"


def _value(text: str, kinds: list[Kind]) -> str | None:
    """What a text stands for; None where it is none of the kinds."""
    if text.startswith("$"):
        kinds = [variable]
    for kind in kinds:
        try:
            return kind(text)
        except Refused:
            return None
        except ValueError:
            continue
    return None


def _read_match(element: _Element, reading: Reading) -> Match | None:
    attributes = PROTOCOLS.get(element.tag)
    if attributes is None:
        return None
    match = Match(element.tag)
    negative = element.get("match") == "no"
    for name, kinds in attributes.items():
        text = element.get(name)
        if text is None:
            continue
        value = _value(text, kinds)
        if value is None:
            error = InternalError(f"{name} has illegal value {text}")
            match.wrong.append(Problem(error, "matches", form=True))
        else:
            match.items[name] = (value, negative)
    if reading.unknown is not None:
        from vsh.xml.engine.problem import Unknown

        for name in element.attrib:
            if name not in attributes and name != "match":
                words = ("match", *attributes)
                path = f"filter/rule/{element.tag}"
                reading.unknown.append(Unknown(path, "@" + name, element.sourceline, words))
    return match


def _write_match(matches: list[Match], out: list[str], level: int, flags: int) -> None:
    match = matches[0]
    start = f"{'  ' * level}<{match.protocol}"
    lines = []
    for negative in (False, True):
        shown = "".join(
            f" {name}='{match.items[name][0]}'"
            for name in PROTOCOLS[match.protocol]
            if name in match.items and match.items[name][1] is negative
        )
        if shown:
            lines.append(f"{start}{_NEGATED if negative else ''}{shown}/>\n")
    out.extend(lines or [f"{start}/>\n"])


class Rule(Element, tag="rule"):
    """<rule>: what is done with packets that match; ``matches`` has one Match at most."""

    action = Choice[str]("@action", ACTIONS, required=True)
    direction = Choice[str]("@direction", ("in", "out", "inout"), required=True)
    priority = Int("@priority", INT_MIN, INT_MAX)
    state_match = Text("@statematch")
    matches = Customs("*", _read_match, _write_match)

    @classmethod
    def form(cls, element: _Element) -> Iterable[str]:
        """One element says what matches, and has nothing in it."""
        matches = [child for child in element if child.tag.__class__ is str]
        if len(matches) > 1:
            yield "a rule has one element that says what matches"
        for match in matches:
            if match.tag not in PROTOCOLS:
                yield f"unknown element <{match.tag}> in filter/rule"
            if len(match) or (match.text or "").strip():
                yield f"element {match.tag} has nothing in it"

    def parsed(self, reading: Reading) -> Found:
        if self.priority is None or not _FIRST <= self.priority <= _LAST:
            self.priority = _MIDDLE
        off = self.state_match == "0" or (self.state_match or "").lower() == "false"
        self.state_match = "false" if off else None
        if not self.matches:
            return
        first = self.matches[0]
        for match in self.matches:
            if match.protocol == first.protocol:
                # libvirt reports the last that is wrong in an element
                yield from reversed(match.wrong)
                first.items.update(match.items)
        self.matches = [first]
        error = _ports(first)
        if error is not None:
            yield "matches", error
        _settle(first)


def _ports(match: Match) -> Error | None:
    if match.protocol not in ("ip", "ipv6"):
        return None
    if not any("port" in name and name.startswith(("src", "dst")) for name in match.items):
        return None
    protocol = match.items.get("protocol", ("", False))[0]
    if protocol in _WITH_PORTS:
        return None
    shown = "IP" if match.protocol == "ip" else "IPv6"
    return InternalError(
        f"{shown} rule with port specification requires protocol specification with protocol to "
        "be either one of tcp(6), udp(17), dccp(33), or sctp(132)"
    )


def _settle(match: Match) -> None:
    items = match.items
    for name, other in signs(match.protocol):
        if name in items:
            items[name] = (items[name][0], items.get(other, ("", False))[1])
    if drops_sets(match.protocol):
        if "ipset" in items and "ipsetflags" not in items:
            items["ipsetflags"] = ("src", False)
        else:
            items.pop("ipset", None)
            items.pop("ipsetflags", None)


def _entry_model(element: _Element) -> Any:
    return {"rule": Rule, "filterref": FilterReference}.get(element.tag)


def _read_entry(element: _Element, reading: Reading) -> Any:
    from vsh.xml.engine.problem import Unknown
    from vsh.xml.engine.reader import read_element

    kind = _entry_model(element)
    if kind is not None:
        return read_element(element, kind, reading)
    if reading.unknown is not None:
        words = ("uuid", "rule", "filterref")
        reading.unknown.append(Unknown("filter", f"<{element.tag}>", element.sourceline, words))
    return None


def _write_entries(entries: list[Any], out: list[str], level: int, flags: int) -> None:
    from vsh.xml.engine.writer import append

    for entry in entries:
        append(entry, out, level, flags)


class NetworkFilter(Element, tag="filter"):
    """One filter; ``entries`` are Rules and FilterReferences."""

    name = Given("@name", shape=r"[a-zA-Z0-9_.:\-]+", needed=True)
    chain = Given(
        "@chain", shape=r"(root|mac|vlan|stp|arp|rarp|ipv4|ipv6)[a-zA-Z0-9_.:\-]*", after="priority"
    )
    priority = Given("@priority")
    uuid = Uuid("uuid", wrong=(XmlError, "malformed uuid element"))
    entries = Customs("*", _read_entry, _write_entries, model=_entry_model)

    open = (".",)

    def parsed(self, reading: Reading) -> Found:
        if self.name is None:
            yield "name", InternalError("filter has no name")
        priority = None
        if self.priority is not None:
            try:
                priority = number(self.priority)
                if not INT_MIN <= priority <= INT_MAX:
                    raise ValueError(priority)
            except ValueError:
                yield (
                    "priority",
                    InvalidArgument(f"Could not parse chain priority '{self.priority}'"),
                )
            else:
                if not _FIRST <= priority <= _LAST:
                    yield (
                        "priority",
                        InvalidArgument(
                            f"Priority '{priority}' is outside valid range of [{_FIRST},{_LAST}]"
                        ),
                    )
        if self.chain is None:
            self.chain, priority = CHAINS[0], 0
        else:
            prefix, error = _chain(self.chain)
            if error is not None:
                yield "chain", error
            if priority is None:
                priority = CHAIN_PRIORITIES.get(prefix, 0)
        self.priority = str(priority) if priority else None
        if self.uuid is None:
            self.uuid = generate_uuid()


def _chain(name: str) -> tuple[str, Error | None]:
    """The known chain that a name begins with, or what is wrong with it."""
    if len(name.encode()) > _LONGEST_CHAIN:
        return "", InvalidArgument(f"Name of chain is longer than {_LONGEST_CHAIN} characters")
    if not _CHAIN_NAME.issuperset(name):
        return "", InvalidArgument("Chain name contains invalid characters")
    if name == CHAINS[0]:
        return name, None
    if not name.startswith(CHAINS[0]):
        for known in CHAINS[1:]:
            if name.startswith(known):
                return known, None
        return "", InvalidArgument(
            f"Invalid chain name '{name}'. Please use a chain name called '{CHAINS[0]}' or any of "
            f"the following prefixes: {', '.join(CHAINS[1:])}"
        )
    return "", Unexplained(f"a chain's name must not begin with '{CHAINS[0]}'")
