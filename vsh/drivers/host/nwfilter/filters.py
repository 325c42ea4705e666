"""The network filters of a root and what they are bound to, and the table that is made of them.

Every change of filters or bindings is one transaction of nft(8): a port has the rules from before
or the new ones.  The state file has the filters and bindings; the table follows from them.
"""

from __future__ import annotations

import contextlib
import os
from _thread import RLock

from vsh.drivers.host.nwfilter.table import Placed, Port, Table
from vsh.drivers.host.nwfilter.translation import unresolvable, variables
from vsh.drivers.state.attempts import Attempt
from vsh.drivers.state.record import Record
from vsh.drivers.state.store import Kept, Store
from vsh.errors import (
    InternalError,
    NoNwfilter,
    NoNwfilterBinding,
    OperationFailed,
    OperationInvalid,
    ParseFailed,
)
from vsh.xml.nwfilter import NetworkFilter, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Self

    from vsh.drivers.qemu.state import State
    from vsh.drivers.state.record import Text
    from vsh.drivers.state.store import Target
    from vsh.errors import Error
    from vsh.xml.nwfilter.binding import FilterBinding

    Loaded = Iterable[tuple[Record, str | None, str | None]]
    Values = dict[str, list[str]]

_LEARNING, _SERVERS, _ADDRESS = "CTRL_IP_LEARNING", "DHCPSERVER", "IP"
CHANGING = "nwfilter_change"
"""The kind of what marks a change that is under way."""


class Filter(Kept):
    """One filter."""

    __slots__ = ("definition",)

    def __init__(self, definition: NetworkFilter) -> None:
        super().__init__(str(definition.name), str(definition.uuid))
        self.definition = definition

    def record(self) -> Record:
        """What the state file keeps."""
        return _record(self, self.definition.format())

    def restore(self, kept: Record, planned: Text | None, live: Text | None) -> None:
        from vsh.xml.engine.reader import read

        assert planned is not None  # it is never kept without
        self.definition = read(planned(), NetworkFilter)


class Binding(Kept):
    """One port that a filter is bound to; its name is the interface's."""

    __slots__ = ("definition",)

    def __init__(self, definition: FilterBinding) -> None:
        super().__init__(str(definition.port), "")
        self.definition = definition

    @property
    def filter(self) -> str:
        """The name of its filter."""
        reference = self.definition.reference
        assert reference is not None
        return str(reference.filter)

    def record(self) -> Record:
        """What the state file keeps."""
        return _record(self, self.definition.format())


class Seeded(Kept):
    """That a root has had its library: filters of it that were removed stay away."""

    def record(self) -> Record:
        """What the state file keeps."""
        return _record(self, None)


class Changing(Kept):
    """That the table and the state file are being changed, and may not agree."""

    def record(self) -> Record:
        """What the state file keeps."""
        return _record(self, None, step="changing")


def _record(thing: Kept, text: str | None, *, step: str | None = None) -> Record:
    return Record(
        thing.name, thing.uuid, persistent=True, autostart=False, planned=text, live=None,
        facts={} if step is None else {"step": step},
    )  # fmt: skip


class Filters(Store[Filter]):
    """All filters of a root."""

    __slots__ = ()

    def missing(self, target: Target | Kept) -> Error:
        return NoNwfilter(f"no nwfilter with matching uuid '{target.uuid}'")


class Bindings(Store[Binding]):
    """All bindings of a root."""

    __slots__ = ()

    def missing(self, target: Target | Kept) -> Error:
        return NoNwfilterBinding(f"no nwfilter binding for port dev '{target.name}'")


class FilterHost:
    """The filters, the bindings and the table of one root."""

    def __init__(self, root: str, state: State) -> None:
        self.filters = Filters("nwfilter", state)
        self.bindings = Bindings("nwfilter_binding", state)
        self.table = Table(root)
        self._state = state
        self._lock = RLock()
        self._depth = 0

    def load(self, text: Callable[[str], str]) -> Self:
        """Read what the state file has; a new root gets the library, if it is root's."""
        from vsh.xml.engine.reader import read
        from vsh.xml.nwfilter.binding import FilterBinding

        for _, planned, _ in self._state.load("nwfilter"):
            self.filters.add(Filter(read(text(planned or ""), NetworkFilter)))
        for _, planned, _ in self._state.load("nwfilter_binding"):
            self.bindings.add(Binding(read(text(planned or ""), FilterBinding)))
        if os.geteuid() == 0 and not self._state.load("nwfilter_library"):
            self._seed()
        if self._state.load(CHANGING):
            with self._changing():  # somebody was killed: what the state file has is so
                self.put()
        return self

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the table and the state file, alone; who is killed meanwhile leaves a mark."""
        with self._lock:
            mark = Changing("1", "")
            self._depth += 1
            if self._depth == 1:
                self._state.put(CHANGING, mark)
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._state.drop(CHANGING, mark)

    def _seed(self) -> None:
        from vsh.drivers.host.nwfilter import library
        from vsh.xml.engine.reader import read

        with self._state.act():
            for document in library.documents():
                found = Filter(read(document, NetworkFilter))
                self.filters.add(found)
                self.filters.keep(found)
            self._state.put("nwfilter_library", Seeded("1", ""))

    # ---- filters

    def define(self, definition: NetworkFilter) -> Filter:
        """Define a filter, or replace one, with new rules for ports that use it.  Raises Error."""
        name = str(definition.name)
        with self._lock:
            known = self.filters.known(str(definition.uuid))
            if known is not None and known.name != name:
                raise OperationFailed(
                    f"filter with same UUID but different name ('{known.name}') already exists"
                )
            other = self.filters.named(name)
            if known is None and other is not None:
                raise OperationFailed(f"filter '{name}' already exists with uuid {other.uuid}")
            if name in self._reached(definition):
                raise OperationFailed("filter would introduce a loop")
            if known is None:
                found = Filter(definition)
                self.filters.add(found)
                self.filters.keep(found)
                return found
            with self._changing():
                self._rebuild({name: definition}, name)
                known.definition = definition
                with Attempt(lambda: self._rebuild({}, name)):
                    self.filters.keep(known)
            return known

    def undefine(self, target: Target) -> None:
        """Forget a filter that no port uses.  Raises NoNwfilter, OperationInvalid."""
        with self._lock:
            found = self.filters.find(target)
            for binding in self.bindings.all():
                bound = self.filters.named(binding.filter)
                if bound is not None and found.name in {
                    bound.name, *self._reached(bound.definition),
                }:  # fmt: skip
                    raise OperationInvalid("nwfilter is in use")
            self.filters.remove(found)

    def called(self, name: str) -> Filter:
        """The filter of that name.  Raises NoNwfilter."""
        found = self.filters.named(name)
        if found is None:
            raise NoNwfilter(f"no nwfilter with matching name '{name}'")
        return found

    def _reached(self, definition: NetworkFilter) -> set[str]:
        """The names of all filters that one has in it, at any depth."""
        found: set[str] = set()
        open_ = [definition]
        while open_:
            for entry in open_.pop().entries:
                if isinstance(entry, Rule) or entry.filter in found:
                    continue
                found.add(entry.filter)
                inner = self.filters.named(entry.filter)
                if inner is not None:
                    open_.append(inner.definition)
        return found

    # ---- bindings

    def bind(self, definition: FilterBinding) -> Binding:
        """Bind a filter to a port.  Raises Error."""
        with self._changing():
            name = str(definition.port)
            definition.backend = None  # libvirt 12.8.0 tells its own there, whatever was asked for
            if self.bindings.named(name) is not None:
                raise OperationFailed(f"binding '{name}' already exists")
            made = Binding(definition)
            self.port(made, {})  # its errors before anything is kept
            self.bindings.add(made)
            self.bindings.keep(made)
            try:
                self.put()
            except BaseException:
                self.bindings.remove(made)
                raise
            return made

    def rebind(self, definition: FilterBinding) -> None:
        """Bind a filter to a port whatever it is bound to.  Raises Error; all is as before then."""
        with self._changing():
            before = self.bindings.named(str(definition.port))
            made = Binding(definition)
            self.port(made, {})
            if before is not None:
                self.bindings.remove(before)
            try:
                self.bind(definition)
            except BaseException:
                if before is not None:
                    self.bindings.add(before)
                    self.bindings.keep(before)
                raise

    def release(self, name: str) -> None:
        """Take the filter off a port, if it has one.  Raises Error."""
        with self._lock:
            if self.bindings.named(name) is not None:
                self.unbind(name)

    def release_all(self, owner: str) -> None:
        """Take the filters off all ports of a guest, by its UUID.  Raises Error."""
        for binding in self.bindings.all():
            if binding.definition.owner_uuid == owner:
                self.release(binding.name)

    def unbind(self, name: str) -> None:
        """Take the filter off a port.  Raises NoNwfilterBinding."""
        with self._changing():
            found = self.bound(name)
            self.bindings.remove(found)
            self.put()

    def bound(self, name: str) -> Binding:
        """The binding of a port.  Raises NoNwfilterBinding."""
        found = self.bindings.named(name)
        if found is None:
            raise NoNwfilterBinding(f"no nwfilter binding for port dev '{name}'")
        return found

    def shown(self, name: str) -> FilterBinding:
        """A port's binding with the values that its card and the kernel add, while it is there.

        Raises NoNwfilterBinding.
        """
        from vsh.drivers.host.netlink import exists
        from vsh.xml.shared.filter_reference import FilterParameter

        definition: FilterBinding = self.bound(name).definition.copy()
        if not exists(name) or definition.reference is None:
            return definition
        learned = self.table.learned(name)
        more = {"MAC": [str(definition.mac)]} | ({_ADDRESS: learned} if learned else {})
        kept = [one for one in definition.reference.parameters if one.name not in more]
        kept += [FilterParameter(name=key, value=one) for key in more for one in more[key]]
        definition.reference.parameters = sorted(kept, key=lambda one: one.name or "")
        return definition

    # ---- the table

    def put(self) -> None:
        """Have the rules of all bindings in the kernel, and no others.  Raises Error."""
        self._rebuild({}, None)

    def look(self) -> None:
        """Put the rules there again if somebody has taken them away."""
        with self._lock:
            bound = self.bindings.all()
            if bound and not self.table.is_whole(lambda: [self.port(each, {}) for each in bound]):
                self.put()

    def _rebuild(self, instead: dict[str, NetworkFilter], changed: str | None) -> None:
        """Put the rules there, as if filters were others; only if ``changed`` is in use at all."""
        bindings = self.bindings.all()
        if changed is not None and not any(
            changed == each.filter or changed in self._reached(self.called(each.filter).definition)
            for each in bindings
            if self.filters.named(each.filter) is not None
        ):
            return
        self.table.put([self.port(each, instead) for each in bindings])

    def port(self, binding: Binding, instead: dict[str, NetworkFilter]) -> Port:
        """The rules of a binding.  Raises InternalError, ParseFailed."""
        reference = binding.definition.reference
        assert reference is not None
        mac = str(binding.definition.mac)
        values: Values = {"MAC": [mac]}
        for parameter in reference.parameters:
            if parameter.name != "MAC":
                values.setdefault(str(parameter.name), []).append(str(parameter.value))
        placed = list(self._placed(binding.filter, values, instead))
        missing: dict[str, None] = {}
        for each in placed:
            for match in each.rule.matches:
                missing.update(dict.fromkeys(sorted(variables(match) - each.values.keys())))
        learning = None
        if missing:
            wanted = values.get(_LEARNING, ["any"])[0].lower()
            if list(missing) != [_ADDRESS] or wanted == "none":
                raise unresolvable(name for name in missing if name != _ADDRESS or wanted == "none")
            if wanted not in ("any", "dhcp"):
                raise ParseFailed(f"filter '{binding.filter}' learning value '{wanted}' invalid.")
            learning = wanted
            from vsh.drivers.host.nwfilter.table import plain

            for each in placed:
                each.values.setdefault(_ADDRESS, [f"@ip_{plain(binding.name)}"])
        return Port(binding.name, mac, placed, learning, values.get(_SERVERS, []))

    def _placed(
        self, name: str, values: Values, instead: dict[str, NetworkFilter]
    ) -> Iterator[Placed]:
        found = self.filters.named(name)
        definition = instead.get(name) or (None if found is None else found.definition)
        if definition is None:
            raise InternalError(f"referenced filter '{name}' is missing")
        chain = str(definition.chain or "root")
        priority = int(definition.priority or 0)
        for entry in definition.entries:
            if isinstance(entry, Rule):
                yield Placed(entry, chain, priority, dict(values))
                continue
            own: Values = {}
            for parameter in entry.parameters:
                own.setdefault(str(parameter.name), []).append(str(parameter.value))
            yield from self._placed(str(entry.filter), {**own, **values}, instead)
