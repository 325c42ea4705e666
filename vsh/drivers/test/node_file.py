"""A hypervisor read from a ``<node>`` document: ``test:///path/to/file.xml``.

``<cpu>`` and ``<memory>`` describe the host; ``<domain>``, ``<network>``, ``<interface>``,
``<pool>`` and ``<device>`` what is there, each of them also in a file of its own (``file='...'``,
relative to the first).  In a domain, elements of the test namespace say more: ``runstate``,
``transient``, ``hasmanagedsave`` and ``domainsnapshot``.
"""

from __future__ import annotations

import os

from vsh.drivers.state import moment_documents, tuning_model
from vsh.drivers.test import definitions
from vsh.drivers.test.guest import NEW_IO_THREAD
from vsh.drivers.test.hypervisor import (
    CORES,
    CPUS,
    MEMORY,
    MHZ,
    NODES,
    SOCKETS,
    THREADS,
    Hypervisor,
)
from vsh.drivers.test.taints import taint
from vsh.drivers.test.things import (
    POOL_SIZE,
    HostDevice,
    HostInterface,
    Network,
    StoragePool,
    Things,
    path_of,
)
from vsh.errors import InternalError, SystemFailure, XmlDetail, XmlError
from vsh.words.domain.state import DomainRunningReason, DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from lxml.etree import _Element

    from vsh.drivers.test.guest import Guest
    from vsh.xml.engine.element import Element

    Model = TypeVar("Model", bound=Element)

NAMESPACE = "http://libvirt.org/schemas/domain/test/1.0"

# what <cpu> may give of the host: element, place in Hypervisor.node
_CPU_PARTS = (("nodes", NODES), ("sockets", SOCKETS), ("cores", CORES), ("threads", THREADS))
_LONGEST_MODEL = 31


def read(path: str) -> Hypervisor:
    """The hypervisor that a file describes.  Raises Error."""
    hypervisor = Hypervisor()
    hypervisor.things = Things()
    root = _document(path, "node")
    _host(hypervisor, root)
    for element in root.findall("domain"):
        _domain(hypervisor, _own_file(element, path), path)
    for element in root.findall("network"):
        _network(hypervisor.things, _own_file(element, path))
    for element in root.findall("interface"):
        _interface(hypervisor.things, _own_file(element, path))
    for element in root.findall("pool"):
        _pool(hypervisor.things, _own_file(element, path), path)
    for element in root.findall("device"):
        _device(hypervisor.things, _own_file(element, path))
    for user in root.findall("auth/user"):
        if not user.text:
            raise XmlError("missing username in /node/auth/user field")
        hypervisor.users[user.text] = user.get("password")
    return hypervisor


def _document(path: str, tag: str) -> _Element:
    from vsh.xml.engine.reader import local, parse

    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise SystemFailure.whole(
            f"Failed to open file '{path}': {os.strerror(error.errno or 0)}"
        ) from error
    try:
        root: _Element = parse(content)
    except XmlDetail as error:
        raise XmlDetail(error.message.replace("at line ", f"{path}:", 1)) from None
    if local(root.tag) != tag:
        raise XmlError(f"expecting root element of '{tag}', not '{local(root.tag)}'")
    return root


def _own_file(element: _Element, path: str) -> _Element:
    """The element, or the document that it stands for."""
    from vsh.xml.engine.reader import local

    name = element.get("file")
    if name is None:
        return element
    if not os.path.isabs(name):
        name = f"{os.path.dirname(path) or '.'}/{name}"
    return _document(name, local(element.tag))


# ---- the host


def _host(hypervisor: Hypervisor, root: _Element) -> None:
    node = hypervisor.node
    for name, place in _CPU_PARTS:
        _number(root, f"cpu/{name}", node, place, f"invalid node cpu {name} value")
    node[CPUS] = hypervisor.host_cpus()
    active = [node[CPUS]]
    _number(root, "cpu/active", active, 0, "invalid node cpu active value")
    node[CPUS] = min(node[CPUS], active[0])
    _number(root, "cpu/mhz", node, MHZ, "invalid node cpu mhz value")
    model = root.findtext("cpu/model")
    if model:
        if len(model.encode()) > _LONGEST_MODEL:
            raise InternalError(f"Model {model} too big for destination")
        hypervisor.cpu_model = model
    _number(root, "memory", node, MEMORY, "invalid node memory value")


def _number(root: _Element, path: str, values: list[int], place: int, complaint: str) -> None:
    text = root.findtext(path)
    if text is None:
        return
    if not text.isascii() or not text.isdigit():
        raise XmlError(complaint)
    values[place] = int(text)


# ---- guests


def _domain(hypervisor: Hypervisor, element: _Element, path: str) -> None:
    state, transient, saved = _run_state(element)
    snapshots = element.findall(f"{{{NAMESPACE}}}domainsnapshot")
    definition = definitions.from_element(element)
    definitions.name_interfaces(definition)
    guests = hypervisor.guests
    with guests.defining(definition) as (guest, new):
        if not new:
            guest.assign(definition, live=False)
        _snapshots(guest, snapshots, path)
        guest.persistent = not transient
        guest.managed_save = saved
        if state == DomainState.SHUTOFF:
            guests.stop(guest, 0)
        else:
            guests.start(guest, DomainRunningReason.BOOTED)
        guest.state, guest.reason = state, 0
        taint(guest)
        threads = tuning_model.io_threads(definition)
        guest.io_threads = {number: list(NEW_IO_THREAD) for number in threads}


def _run_state(element: _Element) -> tuple[int, bool, bool]:
    text = element.findtext(f"{{{NAMESPACE}}}runstate")
    state: int = DomainState.RUNNING
    if text is not None:
        if not text.strip().isdecimal():
            raise XmlError("invalid runstate")
        state = int(text)
        if state >= len(DomainState):
            raise XmlError(f"runstate '{state}' out of range'")
    transient = element.find(f"{{{NAMESPACE}}}transient") is not None
    saved = element.find(f"{{{NAMESPACE}}}hasmanagedsave") is not None
    if transient and state == DomainState.SHUTOFF:
        raise XmlError("transient domain cannot have runstate 'shutoff'")
    if saved and state != DomainState.SHUTOFF:
        raise XmlError("domain with managedsave data can only have runstate 'shutoff'")
    return state, transient, saved


def _snapshots(guest: Guest, elements: list[_Element], path: str) -> None:
    if not elements:
        return
    tree = guest.snapshots
    for element in elements:
        document = moment_documents.stored_snapshot(
            _snapshot_element(element, path), definitions.completed
        )
        moment = tree.add(document)
        if document.active is None:
            raise InternalError("Could not find 'active' element")
        if document.active:
            if tree.current is not None:
                raise InternalError("more than one snapshot claims to be active")
            tree.current = moment
    if not tree.link_all():
        raise InternalError(f"Snapshots have inconsistent relations for domain {guest.name}")


def _snapshot_element(element: _Element, path: str) -> _Element:
    name = element.get("file")
    if name is None:
        return element
    if not os.path.isabs(name):
        name = f"{os.path.dirname(path) or '.'}/{name}"
    return _document(name, "domainsnapshot")


# ---- the rest


def _model(element: _Element, kind: type[Model], facts: object = None) -> Model:
    """The model of one element.  Raises the first problem."""
    from vsh.xml.engine.problem import Problem
    from vsh.xml.engine.reader import read_element
    from vsh.xml.engine.reading import Reading

    problems: list[Problem] = []
    model = read_element(element, kind, Reading(0, problems, None, facts))
    if problems:
        raise problems[0].error
    return model


def _network(things: Things, element: _Element) -> None:
    from vsh.xml import network

    definition = _model(element, network.Network)
    definition.drop("dnsmasq_options", "namespace")
    things.networks.add(Network(str(definition.name), definition.uuid or "", definition))


def _interface(things: Things, element: _Element) -> None:
    from vsh.xml.host import interface

    definition = _model(element, interface.HostInterface)
    things.interfaces.add(HostInterface(definition.name, "", definition))


def _pool(things: Things, element: _Element, path: str) -> None:
    from vsh.xml.storage.pool import StoragePool as Definition
    from vsh.xml.storage.volume import StorageVolume

    definition = _model(element, Definition)
    definition.capacity = definition.available = POOL_SIZE
    place = (definition.target and definition.target.path) or ""
    pool = StoragePool(
        str(definition.name), definition.uuid or "", definition, place, definition.type
    )
    for child in element.findall("volume"):
        volume = _model(_own_file(child, path), StorageVolume, definition.type)
        if volume.target is not None:
            volume.target.path = volume.target.path or f"{place}/{volume.name}"
        volume.key = volume.key or path_of(volume)
        pool.volumes[str(volume.name)] = volume
        pool.allocation += volume.allocation or 0
    things.pools.add(pool)


def _device(things: Things, element: _Element) -> None:
    from vsh.xml.host.node_device import NodeDevice

    definition = _model(element, NodeDevice)
    kinds = [child.get("type") or "" for child in element.iter("capability")]
    kinds = ["vports" if kind == "vport_ops" else kind for kind in kinds]
    things.devices.add(
        HostDevice(str(definition.name), definition.parent, tuple(kinds), definition)
    )
