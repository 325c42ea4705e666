"""Domain documents in the QEMU driver: read and completed, kept, and given out."""

from __future__ import annotations

import os

from vsh.drivers.qemu import security
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.machine import is_modern, is_modern_board
from vsh.hypervisors.qemu.migratable import displayed
from vsh.words.domain.document import DomainXML
from vsh.xml.domain import Domain
from vsh.xml.domain.order import sorted_controllers
from vsh.xml.engine.flags import (
    ABI_UPDATE,
    INACTIVE,
    INTERNAL,
    MIGRATABLE,
    SECURE,
    SKIP_VALIDATE,
    UPDATE_CPU,
)
from vsh.xml.engine.reader import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.state.record import Record
    from vsh.errors import Error
    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.engine.problem import Problem


_MOVED = SECURE | INACTIVE | MIGRATABLE


def parsed(
    xml: str,
    emulator: Callable[[str | None], Emulator | None],
    *,
    new: bool = True,
    validate: bool = False,
    nvram: str | None = None,
    can: Callable[[str], Capabilities] | None = None,
) -> Domain:
    """The definition that a document describes, complete.  Raises the first problem.

    emulator  what is known of a QEMU program, by its path
    new       the guest's devices may be put anywhere; else only where the document has them
    validate  refuse first what libvirt's schema, or without it the model, does not allow
    nvram     the folder for UEFI variables of guests that say nothing of them
    can       what a QEMU program can do, by its path, for a guest that must be one of its; raises
              Error where there is no such program.  None: that does not matter yet
    """
    from vsh.drivers.qemu.probe import find

    if validate:
        from vsh.xml.schema import check as refused

        error = refused(xml, "domain", Domain)
        if error is not None:
            raise error
    flags = INACTIVE | (ABI_UPDATE if new else 0)
    problems: list[Problem] = []
    definition = read(xml, Domain, flags=flags, problems=problems)
    if problems:
        raise _worded(problems[0], definition, emulator)
    if definition.emulator is None and definition.os is not None:
        arch = str(definition.os.arch or os.uname().machine)
        definition.emulator = find(arch)
        if definition.emulator is None and can is not None:
            raise ConfigUnsupported(f"No emulator found for arch '{arch}'")
    known = None if can is None else can(str(definition.emulator))
    unhelped = known is not None and definition.type == "kvm" and not known.kvm
    if unhelped and definition.os.machine is None:
        raise InvalidArgument(f"could not get preferred machine for {definition.emulator} type=kvm")
    security.name_model(definition)
    QemuDefaults(emulator(definition.emulator), nvram, known).complete(definition, flags=flags)
    return definition


def _worded(
    problem: Problem, definition: Domain, emulator: Callable[[str | None], Emulator | None]
) -> Error:
    """What is wrong with a document, in the words of the libvirt that its board is of."""
    board = definition.os.machine
    known = emulator(definition.emulator)
    if known is not None:
        board = known.machines.get(board or str(known.machine), board)
    if is_modern_board(board or ""):
        return problem.error
    from vsh.hypervisors.qemu.older_words import older

    return older(problem)


def completed(definition: Domain, flags: int) -> Domain:
    """A definition inside a snapshot or checkpoint, with what this driver adds.  Raises Error."""
    from vsh.drivers.qemu.probe import status_of

    if definition.emulator is not None:
        status_of(definition.emulator)
    security.name_model(definition)
    QemuDefaults(None).complete(definition, flags=flags)
    return definition


def stored(definition: Domain, *, live: bool = False) -> str:
    """The document that the state file keeps."""
    return definition.format(SECURE if live else SECURE | INACTIVE)


def loaded(text: str, *, live: bool = False, flags: int = 0) -> Domain:
    """The definition in a document that the state file kept: complete already."""
    definition = read(text, Domain, flags=flags | (0 if live else INACTIVE))
    definition.newest = is_modern(definition)
    return definition


def given(definition: Domain) -> dict[str, int]:
    """How many images of a disk's chain its document gives, where it gives any."""
    found = {}
    for disk in definition.disks:
        count, below = 0, disk.backing_store
        while below is not None and not below.found:
            count, below = count + 1, below.backing_store
        if count:
            found[str(disk.target)] = count
    return found


def read_back(
    kept: Record, planned: Callable[[], str] | None, live: Callable[[], str] | None
) -> tuple[Domain, Domain | None]:
    """The definition of a guest that was kept, and what is planned beside it, if it runs."""
    later = None if planned is None else loaded(planned(), flags=INTERNAL)
    if live is None:
        if later is None:
            raise InternalError(f"the state file has no definition of {kept.name}")
        return later, None
    running = loaded(live(), live=True, flags=INTERNAL)
    run = kept.facts["run"] or {}
    mark_found(running, run.get("given", {}))
    mark_filters(running, run.get("filters", {}))
    mark_own(running, run.get("own", []))
    return running, later


def mark_found(definition: Domain, given: dict[str, int]) -> None:
    """Say which images were found below others, in the definition of a guest that runs.

    given  how many the document of a disk gave, by its target
    """
    for disk in definition.disks:
        count, below = given.get(str(disk.target), 0), disk.backing_store
        while below is not None:
            below.found = count <= 0
            count, below = count - 1, below.backing_store


def mark_filters(definition: Domain, numbers: dict[str, list[int]]) -> None:
    """Say which block nodes the throttle filters of a guest's disks are, by their targets."""
    for disk in definition.disks:
        known = numbers.get(str(disk.target), [])
        for each, number in zip(disk.throttle_filters, known, strict=False):
            each.number = number


def own(definition: Domain) -> list[list[int]]:
    """What no document said of a guest that runs, but the driver itself: each display that listens
    where the settings say, [its number, that of the listener], and its labels, [number]."""
    return [
        *([number] for number, label in enumerate(definition.seclabels) if label.implicit),
        *(
            [number, place]
            for number, display in enumerate(definition.graphics)
            for place, listen in enumerate(display.listens)
            if listen.by_settings
        ),
    ]


def mark_own(definition: Domain, places: list[list[int]]) -> None:
    """Say what ``own`` found, in the definition of a guest that runs."""
    for number, *place in places:
        if place:
            definition.graphics[number].listens[place[0]].by_settings = True
        else:
            definition.seclabels[number].implicit = True


def resting(definition: Domain) -> Domain:
    """The configuration that is in the definition of a guest that may run: a copy."""
    return loaded(stored(definition))


def unfound(definition: Domain) -> Domain:
    """A copy of the definition of a guest without what was found below images."""
    twin = definition.copy()
    for disk in twin.disks:
        below = disk.backing_store
        while below is not None and not (below.found and below.type is not None):
            # that nothing is below was found, too: newer libvirt keeps that to itself
            below.found = below.found and is_modern(twin)
            below = below.backing_store
    return twin


def in_moment(definition: Domain) -> Domain:
    """What a snapshot or checkpoint keeps of the definition of a guest: as another host would read
    it.  Raises the Error of what cannot be read."""
    return movable(displayed(movable(unfound(definition)), _MOVED))


def movable(definition: Domain) -> Domain:
    """A copy as another host has it: written for that, read and completed anew.  Raises the Error
    of what cannot be read."""
    flags = INACTIVE | SKIP_VALIDATE
    if any(label.implicit for label in definition.seclabels):
        definition = definition.copy()
        definition.seclabels = [label for label in definition.seclabels if not label.implicit]
    twin = completed(read(definition.format(_MOVED), Domain, flags=flags), flags)
    twin.newest = definition.newest
    return twin


def regrouped(definition: Domain) -> Domain:
    """A copy with its controllers kind by kind: what libvirt goes on with, which reads it anew."""
    twin = definition.copy()
    twin.controllers = sorted_controllers(twin.controllers)
    return twin


def reread(definition: Domain) -> Domain:
    """A copy to change, as libvirt makes it: what is written, read and with its controllers kind by
    kind.  Raises the Error of what cannot be read."""
    twin = resting(definition)
    twin.controllers = sorted_controllers(twin.controllers)
    return twin


def copied(definition: Domain) -> Domain:
    """A copy of its own."""
    return definition.copy()


def given_out(definition: Domain, number: int, flags: int) -> str:
    """The document that the API gives out.

    number  the id of the guest that runs it, or -1
    flags   virDomainXMLFlags
    """
    wanted = 0
    for bit, own in (
        (DomainXML.SECURE, SECURE),
        (DomainXML.INACTIVE, INACTIVE),
        (DomainXML.UPDATE_CPU, UPDATE_CPU),
        (DomainXML.MIGRATABLE, MIGRATABLE),
    ):
        if flags & bit:
            wanted |= own
    if wanted & MIGRATABLE:
        definition = movable(unfound(definition))
    definition.id = number if number >= 0 else None
    return displayed(definition, wanted).format(wanted)
