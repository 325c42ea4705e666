"""Whether two documents of a moment say the same, and what one of them has lost.

Documents are compared as models write them, so that units, order and blanks do not count.
"""

from __future__ import annotations

from vsh.redefine.kinds import SECURE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.redefine.kinds import Kind
    from vsh.redefine.moments import Document

_ADDED = (
    "currentMemory", "vcpu", "cpu", "clock", "os", "features", "on_poweroff", "on_reboot",
    "on_crash", "pm", "resource", "seclabel", "devices",
)  # fmt: skip
# what drivers put into a <domain> that has not got it; anything else there was put in by somebody
_ADDED_DEVICES = {
    "emulator", "controller", "input", "memballoon", "audio", "video", "console", "serial",
    "watchdog",
}  # fmt: skip


def same(document: Document, there: Document) -> bool:
    """Whether redefining with ``document`` would leave a moment as it is.

    document  aligned with its domain
    there     what the hypervisor has, completed by it: what a driver adds by itself is no
              difference
    """
    if document == there:
        return True
    from vsh.xml.engine.reader import parse

    new, old = parse(text_of(document)), parse(text_of(there))
    tags = {child.tag for child in (*new, *old)} - {"domain"}
    for tag in tags:
        if tag != "inactiveDomain" and not _equal(new.findall(tag), old.findall(tag)):
            return False
    if (new.find("inactiveDomain") is None) != (old.find("inactiveDomain") is None):
        return False
    return all(
        _only_added(definition, old.find(definition.tag))
        for tag in ("domain", "inactiveDomain")
        for definition in new.findall(tag)
    )


def text_of(document: Document) -> str:
    """A model as text, passwords and all."""
    return str(document.format(SECURE))


def _equal(some: list[_Element], others: list[_Element]) -> bool:
    return len(some) == len(others) and all(
        _within(one, other) and _within(other, one) for one, other in zip(some, others, strict=True)
    )


def _only_added(new: _Element, old: _Element | None) -> bool:
    """Whether the old definition is the new one, and what drivers add."""
    if old is None or not _within(new, old):
        return False
    given = {child.tag for child in new}
    if any(child.tag not in given and child.tag not in _ADDED for child in old):
        return False
    devices, older = new.find("devices"), old.find("devices")
    if older is None:
        return True
    for tag in {child.tag for child in older} - _ADDED_DEVICES:
        count = 0 if devices is None else len(devices.findall(tag))
        if count != len(older.findall(tag)):
            return False
    return True


def _within(one: _Element, other: _Element | None) -> bool:
    """Whether all that an element says is said by another one, which may say more."""
    if other is None or one.tag != other.tag:
        return False
    if any(other.get(name) != value for name, value in one.attrib.items()):
        return False
    text = (one.text or "").strip()
    if text and text != (other.text or "").strip():
        return False
    free: dict[str, list[_Element]] = {}
    for child in other:
        free.setdefault(child.tag, []).append(child)
    for child in one:
        candidates = free.get(child.tag, [])
        for candidate in candidates:
            if _within(child, candidate):
                candidates.remove(candidate)
                break
        else:
            return False
    return True


def lost(sent: str, kept: str, kind: Kind) -> list[str]:
    """What a hypervisor did not keep of a document: a diff, empty where it kept all.

    What it added by itself is no loss.
    """
    if sent.strip() == kept.strip():
        return []
    from vsh.xml.engine.reader import parse

    document, there = aligned(sent, kind, kept), kind.read(kept)
    before, after = text_of(document), text_of(there)
    one, other = parse(before), parse(after)
    if one.find("memory") is None:  # of a snapshot that does not say where it is
        for memory in other.findall("memory"):
            other.remove(memory)
    parents = [root.findtext("parent/name") for root in (one, other)]
    if _within(one, other) and parents[0] == parents[1]:
        return []
    return difference(before, after)


def difference(old: str, new: str, *, names: tuple[str, str] = ("sent", "kept")) -> list[str]:
    """The lines of a unified diff."""
    from difflib import unified_diff

    return list(unified_diff(old.splitlines(), new.splitlines(), *names, lineterm="", n=2))


def aligned(xml: str, kind: Kind, other: str | None = None) -> Document:
    """The model of a document with its disks as a hypervisor would list them.

    other  the document that it replaces, whose <domain> counts where it has none
    """
    document = kind.read(xml)
    domain = document.domain
    if domain is None and other is not None:
        domain = kind.read(other).domain
    kind.align(document, domain)
    return document
