"""The interfaces that this root has defined, in files of the machine's tool.

The state file knows what is wanted before any file is written: what was cut off is done by the next
who asks.  Only what was defined here is changed or removed.
"""

from __future__ import annotations

import contextlib
import os
from _thread import RLock

from vsh.drivers.host import interface_tools
from vsh.drivers.state.record import Record
from vsh.drivers.state.store import Kept, Store
from vsh.errors import NoInterface, OperationInvalid, SystemFailure
from vsh.xml.engine.flags import INACTIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from vsh.drivers.host.interface_tools import Tool
    from vsh.drivers.qemu.state import State
    from vsh.drivers.state.record import Facts, Text
    from vsh.drivers.state.store import Named
    from vsh.errors import Error
    from vsh.xml.host.interface import HostInterface


class Defined(Kept):
    """One interface that was defined.

    files  the paths of what was written for it
    step   "writing" or "removing" while that is being done, else ""
    """

    __slots__ = ("document", "files", "step")

    def __init__(self, document: HostInterface, files: list[str], step: str = "") -> None:
        super().__init__(document.name, "")
        self.document = document
        self.files = files
        self.step = step

    def record(self) -> Record:
        """What the state file keeps."""
        facts: Facts = {"files": self.files, "step": self.step}
        return _record(self.name, self.document.format(INACTIVE), facts)

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        assert planned is not None  # it is never kept without
        self.document = parsed(planned())
        self.files, self.step = list(kept.facts["files"]), kept.facts["step"] or ""


class Before(Kept):
    """All that was defined when a change began, to come back to."""

    __slots__ = ("documents",)

    def __init__(self, documents: dict[str, str]) -> None:
        super().__init__("change", "")
        self.documents = documents

    def record(self) -> Record:
        """What the state file keeps."""
        return _record(self.name, None, {"documents": self.documents})


def _record(name: str, text: str | None, facts: Facts) -> Record:
    return Record(name, "", persistent=True, autostart=False, planned=text, live=None, facts=facts)


class _Store(Store[Defined, "Named"]):
    __slots__ = ()

    def missing(self, target: Named | Kept) -> Error:
        return _missing(target.name)


def _missing(name: str) -> Error:
    return OperationInvalid(f"interface '{name}' was not defined here, and is left alone")


class InterfaceDefinitions:
    """The definitions of one root.

    tools  what stands before /etc and /run, where tools keep their files; "" is this machine
    """

    def __init__(self, state: State) -> None:
        self.tools = ""
        self._state = state
        self._all = _Store("interface", state)
        self._before: Before | None = None
        self._lock = RLock()

    def load(self, text: Callable[[str], str]) -> Self:
        """Read what the state file has."""
        for record, planned, _ in self._state.load("interface"):
            facts = record.facts
            document = parsed(text(planned or ""))
            self._all.add(Defined(document, list(facts["files"]), facts["step"] or ""))
        for record, _, _ in self._state.load("interface_change"):
            self._before = Before(record.facts["documents"])
        return self

    @property
    def tool(self) -> Tool | None:
        """The tool of this machine."""
        return interface_tools.find(self.tools)

    def finish(self, tool: Tool) -> None:
        """Do what somebody was doing who was killed.  Raises Error."""
        for found in self._all.all():
            if found.step == "writing":
                self._write(tool, found)
            elif found.step == "removing":
                self._remove(tool, found)

    def named(self, name: str) -> HostInterface | None:
        """What was defined under a name."""
        found = self._all.named(name)
        return None if found is None else found.document

    def documents(self) -> Iterator[HostInterface]:
        """All that was defined."""
        return (found.document for found in self._all.all())

    def define(self, tool: Tool, document: HostInterface) -> None:
        """Write a definition, or another for the same interface.

        Raises OperationInvalid where another's file configures the interface, ConfigUnsupported
        for what the tool cannot do, InternalError with what the tool says.
        """
        with self._lock:
            self.finish(tool)
            path = tool.foreign(document.name)
            if path is not None:
                raise OperationInvalid(
                    f"interface '{document.name}' is configured in {path}, which is not vsh's: "
                    "take it out there first"
                )
            wanted = list(tool.files(document))
            known = self._all.named(document.name)
            if known is None:
                made = Defined(document, wanted, "writing")
                self._all.add(made)
                self._all.keep(made)
                try:
                    self._write(tool, made)
                except BaseException:
                    self._remove(tool, made)
                    raise
                return
            before, known.document, known.step = known.document, document, "writing"
            known.files = sorted({*known.files, *wanted})
            self._all.keep(known)
            try:
                self._write(tool, known)
            except BaseException:
                known.document = before
                self._write(tool, known)
                raise

    def undefine(self, tool: Tool, name: str) -> None:
        """Remove a definition.  Raises OperationInvalid where it was not made here."""
        with self._lock:
            self.finish(tool)
            found = self._all.named(name)
            if found is None:
                raise _missing(name)
            found.step = "removing"
            self._all.keep(found)
            self._remove(tool, found)

    def _write(self, tool: Tool, found: Defined) -> None:
        texts = tool.files(found.document)
        for path in found.files:
            if path not in texts:
                _unlink(path)
        for path, text in texts.items():
            _put(path, text)
        tool.read_again()
        found.files, found.step = list(texts), ""
        self._all.keep(found)

    def _remove(self, tool: Tool, found: Defined) -> None:
        for path in found.files:
            _unlink(path)
        self._all.remove(found)
        tool.read_again()

    # ---- changes that can be taken back

    def begin(self) -> None:
        """Remember all definitions.  Raises OperationInvalid."""
        with self._lock:
            if self._before is not None:
                raise OperationInvalid("there is another transaction running.")
            documents = {each.name: each.document.format(INACTIVE) for each in self._all.all()}
            self._before = Before(documents)
            self._state.put("interface_change", self._before)

    def commit(self) -> None:
        """Keep what was changed since.  Raises OperationInvalid."""
        with self._lock:
            if self._before is None:
                raise OperationInvalid("no transaction running, nothing to be committed.")
            self._state.drop("interface_change", self._before)
            self._before = None

    def roll_back(self, tool: Tool, active: Callable[[str], bool]) -> None:
        """Go back to the definitions from before; those that are up come up as they were.

        Raises OperationInvalid, and what the tool says.
        """
        with self._lock:
            if self._before is None:
                raise OperationInvalid("no transaction running, nothing to rollback.")
            before = {name: parsed(text) for name, text in self._before.documents.items()}
            for found in self._all.all():
                if found.name in before and found.document == before[found.name]:
                    del before[found.name]
                    continue
                if active(found.name):
                    tool.down(found.name)
                    if found.name in before:
                        self.define(tool, before.pop(found.name))
                        tool.up(found.name)
                        continue
                if found.name not in before:
                    self.undefine(tool, found.name)
            for document in before.values():
                self.define(tool, document)
            self.commit()


def parsed(xml: str) -> HostInterface:
    """The definition in a document.  Raises the first problem."""
    from vsh.xml.engine.reader import read
    from vsh.xml.host.interface import HostInterface

    return read(xml, HostInterface)


def absent(name: str) -> Error:
    """What to say of an interface that is nowhere."""
    return NoInterface(f"couldn't find interface named '{name}'")


def _put(path: str, text: str) -> None:
    part = f"{os.path.dirname(path)}/.{os.path.basename(path)}.new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(part, "w", encoding="utf-8", opener=_closed) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        raise SystemFailure(f"cannot write {path}: {error.strerror}") from None


def _closed(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _unlink(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
