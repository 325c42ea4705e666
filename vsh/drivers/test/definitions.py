"""What the test driver asks of and does to domain, snapshot and checkpoint models.

vsh.xml is imported when a document is first needed.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.domain import Domain as Definition


# ---- documents


def parsed(xml: str, *, validate: bool = False, check: bool = True) -> Definition:
    """The persistent definition that a document describes.  Raises the first problem.

    validate  refuse first what libvirt's schema, or without it the model, does not allow
    """
    from vsh.xml.domain import Domain
    from vsh.xml.engine.flags import INACTIVE, SKIP_VALIDATE
    from vsh.xml.engine.noticed import notice
    from vsh.xml.engine.problem import Unknown
    from vsh.xml.engine.reader import read

    if validate:
        from vsh.xml.schema import check as refused

        error = refused(xml, "domain", Domain)
        if error is not None:
            raise error
    flags = INACTIVE | (0 if check else SKIP_VALIDATE)
    unknown: list[Unknown] = []
    definition = read(xml, Domain, flags=flags, unknown=unknown)
    notice(xml, unknown)
    return completed(definition, flags)


def from_element(element: _Element) -> Definition:
    """The persistent definition in an element of a greater document.  Raises the first problem."""
    from vsh.xml.domain import Domain
    from vsh.xml.engine.flags import INACTIVE
    from vsh.xml.engine.problem import Problem
    from vsh.xml.engine.reader import read_element
    from vsh.xml.engine.reading import Reading

    problems: list[Problem] = []
    definition = read_element(element, Domain, Reading(INACTIVE, problems, None))
    if problems:
        raise problems[0].error
    return completed(definition, INACTIVE)


def completed(definition: Definition, flags: int) -> Definition:
    """A definition that was read, with what the test driver adds.  Raises Error."""
    from vsh.hypervisors.test.defaults import TestDefaults

    TestDefaults().complete(definition, flags=flags)
    return definition


def name_interfaces(definition: Definition) -> None:
    """Give interfaces without a device on the host the next free ``testnetN``."""
    from vsh.hypervisors.test import defaults

    defaults.name_interfaces(definition)


def copied(definition: Definition) -> Definition:
    """A definition of its own for a guest that is off: without id and libvirt's own aliases.

    libvirt copies by writing and reading, which puts disks in the order of their names by bus.
    """
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.order import insert_controller, insert_disk

    twin = definition.copy()
    twin.id = None
    twin.disks, twin.controllers = [], []
    for disk in definition.disks:
        insert_disk(twin, disk.copy())
    for controller in definition.controllers:
        insert_controller(twin, controller.copy())
    for one in twin.devices():
        if isinstance(one, Device) and one.alias and not one.alias.startswith("ua-"):
            one.alias = None
    return twin


def text(
    definition: Definition,
    number: int = -1,
    *,
    secure: bool = True,
    inactive: bool = False,
    migratable: bool = False,
) -> str:
    """The document of a definition; ``number`` is the id of the guest that runs it, or -1."""
    from vsh.xml.engine.flags import INACTIVE, MIGRATABLE, SECURE

    definition.id = number if number >= 0 else None
    flags = (secure and SECURE) | (inactive and INACTIVE) | (migratable and MIGRATABLE)
    written: str = definition.format(flags)
    return written


# ---- sizes


def sizes(definition: Definition) -> tuple[int, int, int]:
    """Maximum memory and current memory in KiB, and vCPUs."""
    return (memory(definition), int(definition.current_memory), vcpus(definition))


def memory(definition: Definition) -> int:
    """Memory that the guest may have, in KiB."""
    return int(definition.memory)


def set_memory(definition: Definition, kibibytes: int) -> None:
    """Change what the guest may have.  Raises OperationInvalid."""
    cpu = definition.cpu
    if cpu is not None and cpu.numa is not None and cpu.numa.cells:
        raise OperationInvalid(
            "initial memory size of a domain with NUMA nodes cannot be modified with this API"
        )
    highest = definition.max_memory
    if highest and highest < kibibytes:
        raise OperationInvalid(
            "cannot set initial memory size greater than the maximum memory size"
        )
    definition.memory = kibibytes
    definition.current_memory = min(definition.current_memory, kibibytes)


def set_current_memory(definition: Definition, kibibytes: int) -> None:
    """Change what the guest has."""
    definition.current_memory = kibibytes


def vcpus(definition: Definition) -> int:
    """vCPUs that are there."""
    return int(definition.vcpu_current)


def max_vcpus(definition: Definition) -> int:
    """vCPUs that could be there."""
    return int(definition.vcpus)


def set_vcpus(definition: Definition, count: int) -> None:
    """Change how many vCPUs are there.  Raises ConfigUnsupported."""
    if count > definition.vcpus:
        raise ConfigUnsupported("maximum vCPU count must not be less than current vCPU count")
    definition.vcpu_current = count
    for vcpu in definition.vcpu_list:
        vcpu.enabled = vcpu.id < count


def set_max_vcpus(definition: Definition, count: int) -> None:
    """Change how many vCPUs could be there."""
    if definition.vcpu_list:
        from vsh.xml.domain.vcpu import Vcpu

        kept = definition.vcpu_list[:count]
        added = range(len(kept), count)
        definition.vcpu_list = kept + [Vcpu(id=number, enabled=False) for number in added]
    definition.vcpus = count
    definition.vcpu_current = min(definition.vcpu_current, count)
