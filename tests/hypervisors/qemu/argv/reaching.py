"""Whether each part of a device's model reaches QEMU: by its command line, or by an error.

A part is put into documents of the device, one value after the other.  It reaches QEMU if in one of
them the command line becomes another, or the guest is refused.  What has no part in a command line
is listed, with the reason; what is listed and reaches QEMU all the same is a mistake, too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.hypervisors.qemu.argv.answers import HERE, NEWEST, FixedHost, Kept
from vsh.errors import Error
from vsh.hypervisors.qemu.argv import command_line
from vsh.hypervisors.qemu.capabilities import Capabilities
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.emulator import asked
from vsh.hypervisors.qemu.starting import prepare
from vsh.xml.domain import Domain
from vsh.xml.engine import flags
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Flag, Int, Present
from vsh.xml.engine.reader import read
from vsh.xml.engine.structure import Structure
from vsh.xml.engine.values import Scaled
from vsh.xml.engine.writer import write

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from vsh.hypervisors.qemu.argv.host import Host


_TRIES = 2


def values(field: Field) -> list[object]:
    """Values of a field that none of the documents has all of."""
    if isinstance(field, Choice):
        return list(field.words)
    if isinstance(field, Flag):
        return [True, False]
    if isinstance(field, Present):
        return [True]
    if isinstance(field, Int):
        return [value for value in (2, 512) if field.low <= value <= field.high]
    if isinstance(field, Scaled):
        return [4 << 20]
    return ["ua-w"]


def within(model: Element) -> Iterator[Element]:
    """A model and all that is in it."""
    yield model
    for name, field in type(model).fields.items():
        value = model.__dict__.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(field, Structure) and isinstance(each, Element):
                yield from within(each)


def parts(field: str) -> list[str]:
    """The devices of a kind, in documents of their own: those of a file, by empty lines."""
    return (HERE / f"reaching_{field}.txt").read_text(encoding="utf-8").strip().split("\n\n")


class Able(Kept):
    """QEMU 11.1 as it answered, and one that can all that it was not asked."""

    def _said(self, name: str, *arguments: object, **_words: object) -> object:
        key = " ".join([name, *map(str, arguments)])
        return self.kept.get(key, None if name == "default_of" else True)


def newest() -> Able:
    """The QEMU that every part of a device should reach."""
    return Able(json.loads((NEWEST / "answers.json").read_text(encoding="utf-8")))


class Reach:
    """What reaches a QEMU of documents' devices.

    can    the QEMU
    host   where it runs
    """

    def __init__(self, can: Capabilities, host: Host | None = None) -> None:
        self.can, self.host = can, host or FixedHost()

    def said(self, text: str) -> tuple[str, ...]:
        """The words of a document's command line, or what is wrong with it."""
        try:
            domain = read(text, Domain, flags=flags.INACTIVE)
            emulator = asked(self.can)
            QemuDefaults(emulator).complete(domain, flags=flags.INACTIVE)
            prepare(domain, self.can, emulator)
            return tuple(command_line(domain, self.can, self.host))
        except Error as error:
            return ("error", str(error))

    def silent(
        self, documents: Iterable[str], field: str, listed: Collection[str] = ()
    ) -> set[str]:
        """The parts of a kind of device, ``CLASS.name``, that no document's command line shows.

        field   where the domain's model keeps the devices: ``disks`` ...
        listed  those that are known not to, which are tried in a few documents only

        Raises AssertionError where a document is refused as it is.
        """
        found: dict[str, bool] = {}
        tried = dict.fromkeys(listed, 0)
        for text in documents:
            before = self.said(text)
            assert before[0] != "error", before[1]
            for name, changed in self._changes(text, field, found):
                if name in tried:
                    tried[name] += 1
                    if tried[name] > _TRIES:
                        continue
                found[name] = self.said(changed) != before
        return {name for name, reaches in found.items() if not reaches}

    def _changes(self, text: str, field: str, found: dict[str, bool]) -> Iterator[tuple[str, str]]:
        """Documents with one value changed, by the name of the part that it is of; none for parts
        that were found to reach."""
        whole = read(text, Domain, flags=flags.INACTIVE)
        same = write(whole, flags.INACTIVE | flags.SECURE)
        for device in whole.__dict__[field]:
            for model in list(within(device)):
                for name, part in type(model).fields.items():
                    if isinstance(part, Structure) or found.get(f"{type(model).__name__}.{name}"):
                        continue
                    for changed in self._changed(whole, model, name, values(part)):
                        key = f"{type(model).__name__}.{name}"
                        if changed != same:
                            yield key, changed
                        if found.setdefault(key, False):
                            break

    def _changed(
        self, whole: Domain, model: Element, name: str, values: list[object]
    ) -> Iterator[str]:
        kept = dict(model.__dict__)
        for value in values:
            model.__dict__[name] = value
            try:
                text = write(whole, flags.INACTIVE | flags.SECURE)
            finally:
                model.__dict__.clear()
                model.__dict__.update(kept)
            yield text
