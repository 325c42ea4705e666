"""<sysinfo>: what the guest's firmware tables say."""

from __future__ import annotations

from vsh.errors import XmlDetail, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Text
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import number
from vsh.xml.engine.values import parse_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


class Entry(Element, tag="entry"):
    """One named value."""

    name = Text("@name")
    file = Text("@file")
    value = Text(".")


class Table(Element):
    """A table of named values, of which some names are known."""

    omit_empty = True
    names: tuple[str, ...] = ()

    entries = Children(Entry, "entry")

    def parsed(self, reading: Reading) -> Found:
        first: dict[str | None, Entry] = {}
        for entry in self.entries:
            if entry.value is not None:
                first.setdefault(entry.name, entry)
        self.entries = [first[name] for name in self.names if name in first]
        for entry in self.entries:
            entry.file = None
        yield from self.read_table()

    def read_table(self) -> Iterable[Error]:
        """A table's own problems."""
        return ()

    def get(self, name: str) -> Entry | None:
        """The entry of a name."""
        for entry in self.entries:
            if entry.name == name:
                return entry
        return None


class Bios(Table, tag="bios"):
    """The firmware itself."""

    names = ("vendor", "version", "date", "release")

    def read_table(self) -> Iterable[Error]:
        date = self.get("date")
        if date is not None and not _date(date.value or ""):
            yield XmlDetail("Invalid BIOS 'date' format")


def _date(text: str) -> bool:
    try:
        month, day, year = (number(part) for part in text.split("/"))
    except ValueError:
        return False
    return 1 <= month <= 12 and 1 <= day <= 31 and (0 <= year < 100 or year >= 1900)


class System(Table, tag="system"):
    """The machine."""

    names = ("manufacturer", "product", "version", "serial", "uuid", "sku", "family")

    def read_table(self) -> Iterable[Error]:
        entry = self.get("uuid")
        if entry is not None:
            try:
                entry.value = parse_uuid(entry.value or "")
            except ValueError:
                yield XmlDetail("malformed <sysinfo> uuid element")


class BaseBoard(Table, tag="baseBoard"):
    """A board of the machine."""

    names = ("manufacturer", "product", "version", "serial", "asset", "location")


class Chassis(Table, tag="chassis"):
    """The machine's case."""

    names = ("manufacturer", "version", "serial", "asset", "sku")


class OemString(Element, tag="entry"):
    """A string of the maker's."""

    value = Text[str](".", default="")


class OemStrings(Element, tag="oemStrings"):
    """Strings of the maker's."""

    omit_empty = True

    entries = Children(OemString, "entry")


class Sysinfo(Element, tag="sysinfo"):
    """One set of tables."""

    type = Choice[str]("@type", ("smbios", "fwcfg"), required=True)
    bios = Child(Bios, "bios")
    system = Child(System, "system")
    base_boards = Children(BaseBoard, "baseBoard")
    chassis = Child(Chassis, "chassis")
    oem_strings = Child(OemStrings, "oemStrings")
    entries = Children(Entry, "entry")

    def parsed(self, reading: Reading) -> Found:
        if self.type == "smbios":
            self.entries = []
            return
        self.drop("bios", "system", "base_boards", "chassis", "oem_strings")
        for entry in self.entries:
            if entry.name is None:
                yield XmlError("Firmware entry is missing 'name' attribute")
            elif entry.value is None and entry.file is None:
                yield XmlError("Firmware entry must have either value or 'file' attribute")
            elif entry.file is not None:
                entry.value = None
