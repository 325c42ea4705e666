"""The definitions of the domain in a document: whose they are, that they are there, and the same
machine as before."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument
from vsh.redefine.name import FOR_LOOKING
from vsh.redefine.rule import rule
from vsh.redefine.rules import UNREADABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem
    from vsh.xml.domain import Domain as Definition

_CORE = ("name", "uuid", "max memory", "vCPU max", "virt type", "OS type", "disk count")
_NEVER_COMPLETED = (
    *(f"Target domain {word}" for word in _CORE),
    "Target disk device",
    "Target disk access mode",
    "Target disk serial",
)
# how the texts begin of differences that no driver's defaults can make up for

_MOST = 8
_compared: dict[tuple[int, int], tuple[Definition, Definition, list[str]]] = {}
# what differs between two definitions, by their ids: they are kept, so that the ids stay theirs


@rule(
    "35",
    "the domain's own UUID",
    why="A snapshot with another UUID belongs to another domain; its name is not compared.",
    hint="use the domain's UUID in <domain>",
)
def own_uuid(case: Case) -> Iterator[Problem]:
    domain = case.document.domain
    if domain is not None and not same_uuid(domain, case.target.uuid):
        text = f"definition for snapshot {case.name} must use uuid {case.target.uuid}"
        yield own_uuid.broken(InvalidArgument(text), line=domain.line)


def same_uuid(domain: Definition, uuid: str) -> bool:
    """Whether a definition is of the domain with that UUID."""
    # a domain without a UUID would get a random one, which is not the same either
    return bool(domain.uuid) and domain.uuid.replace("-", "") == uuid.replace("-", "")


@rule(
    "36c",
    "the same machine as before",
    why="Where a snapshot is replaced and both documents have a <domain>, the guest "
    "must not be able to tell the two apart: memory, CPUs, devices, and also the "
    "name.",
    hint="take <domain> from the existing snapshot, or delete its metadata first",
    after=UNREADABLE,
)
def same_machine(case: Case) -> Iterator[Problem]:
    other, domain = case.other, case.document.domain
    if other is None or domain is None or other.domain is None or other.domain is domain:
        return
    whole = case.completed or _looks_completed(domain)
    given = domain.memory is not None and domain.vcpus is not None
    for text in _differences(other.domain, domain):
        error = ConfigUnsupported(text)
        if whole or (given and error.detail.startswith(_NEVER_COMPLETED)):
            yield same_machine.broken(error, line=domain.line)


def _differences(source: Definition, target: Definition) -> list[str]:
    """What differs; most snapshots of a domain share a definition, and are compared once."""
    pair = (id(source), id(target))
    known = _compared.get(pair)
    if known is None:
        from vsh.domains.abi import differences

        if len(_compared) >= _MOST:
            _compared.clear()
        known = _compared[pair] = (source, target, list(differences(source, target, raw=True)))
    return known[2]


def _looks_completed(domain: Definition) -> bool:
    """Whether a driver has completed a definition already: then its devices have addresses."""
    devices = [*domain.disks, *domain.interfaces]
    return bool(devices) and all(device.address is not None for device in devices)


@rule(
    "38",
    "a definition that is stored already is kept",
    why="Where a snapshot is replaced by a document without <domain>, the <domain> "
    "that is stored stays. All else is replaced; children, and being current, "
    "stay as they are.",
    after=("37", "E6-domain", *UNREADABLE),
)
def definition_is_kept(case: Case) -> Iterator[Problem]:
    if case.document.domain is None:
        text = f"the stored definition of snapshot {case.name} is kept: there is no <domain>"
        error = ConfigUnsupported.whole(text)
        yield definition_is_kept.broken(error, line=case.line, warning=True)


@rule(
    "E6-domain",
    "the domain at that moment is not lost",
    why="libvirt takes a checkpoint without <domain>, over one that has it, too: what "
    "the domain was at that moment is then lost for ever, and nobody can make it "
    "again. That is what redefining is there to prevent. A document that was "
    "dumped with --no-domain is for looking only.",
    hint="use the whole document that {kind}-dumpxml --security-info gives",
    after=UNREADABLE,
    mild=True,
)
def definition_is_not_lost(case: Case) -> Iterator[Problem]:
    if case.document.domain is not None:
        return
    kind = case.document.tag.removeprefix("domain")
    marked = FOR_LOOKING in case.xml
    if kind == "snapshot" and not marked:
        return  # a stored definition is kept, and a new snapshot without one refused by libvirt
    dumped = marked or _looks_dumped(case.xml)
    why = " (it is what --no-domain dumps, for looking only)" if dumped else ""
    text = f"{kind} {case.name} has no <domain>{why}: what the domain was then would be lost"
    hint = f"use the whole document that {kind}-dumpxml --security-info gives"
    yield definition_is_not_lost.broken(ConfigUnsupported(text), line=case.line, hint=hint)


def _looks_dumped(xml: str) -> bool:
    """Whether a checkpoint's document has the form in which libvirt writes it."""
    end = "\n</domaincheckpoint>\n"
    return xml.startswith("<domaincheckpoint>\n  <name>") and xml.endswith(end)


@rule(
    "E6-inactive",
    "the inactive domain is the same domain",
    why="libvirt never compares the UUID of <inactiveDomain>; a revert would define it.",
    hint="use the domain's UUID in <inactiveDomain>",
    after=UNREADABLE,
    mild=True,
)
def inactive_uuid(case: Case) -> Iterator[Problem]:
    inactive = case.document.inactive_domain
    if inactive is not None and not same_uuid(inactive, case.target.uuid):
        text = f"inactive definition for snapshot {case.name} must use uuid {case.target.uuid}"
        yield inactive_uuid.broken(InvalidArgument(text), line=inactive.line)
