"""What libvirt 9.0.0 calls a document that is not well-formed; 12.8.0 gives its line alone."""

from __future__ import annotations

import os
import re

from vsh.api.domain import Domain
from vsh.errors import Error, XmlDetail
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api._call import Call
    from vsh.drivers.qemu.hypervisor import Hypervisor

_NAMES = (
    ("domain_backup_", "domain_backup"),
    ("domain_block_copy", "disk_definition"),
    ("domain_checkpoint_", "domain_checkpoint"),
    ("domain_set_metadata", "metadata_xml"),
    ("domain_snapshot_", "domain_snapshot"),
    ("_device_flags", "device_definition"),
    ("domain_attach_device", "device_definition"),
    ("domain_detach_device", "device_definition"),
    ("domain_", "domain_definition"),
    ("network_port_", "networkport_definition"),
    ("network_update", "network_update_xml"),
    ("network_", "network_definition"),
    ("interface_", "interface_definition"),
    ("node_device_", "node_device_definition"),
    ("nwfilter_binding_", "nwfilterbinding_definition"),
    ("nwfilter_", "nwfilter_definition"),
    ("secret_", "definition_of_secret"),
    ("find_storage_pool_sources", "storage_source_specification"),
    ("storage_pool_", "storage_pool_definition"),
    ("storage_vol_", "storage_volume_definition"),
    ("_cpu", "CPU_definition"),
)
"""A part of a call's name, and what its document is called; the first that fits counts."""

_PLACE = "at line "


def name(
    error: XmlDetail,
    call: Call[..., object],
    hypervisor: Hypervisor,
    target: object,
    values: tuple[object, ...],
) -> None:
    """Put the name of the document into an error that says at which of its lines it is wrong, if
    what it was for is told of in the words of libvirt 9.0.0.

    target, values  what was asked of what
    """
    called = next((called for part, called in _NAMES if part in call.slot), None)
    if (
        called is None
        or not error.message.startswith(_PLACE)
        or not _is_older(hypervisor, target, values)
    ):
        return
    if called == "domain_backup" and _sound(values[0]):
        called = "domain_checkpoint"  # which comes with it
    error.detail = f"({called}):{error.message.removeprefix(_PLACE)}"
    error.args = (error.detail,)


def _sound(document: object) -> bool:
    from vsh.xml.engine.reader import parse

    try:
        parse(str(document))
    except XmlDetail:
        return False
    return True


def _is_older(hypervisor: Hypervisor, target: object, values: tuple[object, ...]) -> bool:
    """Whether libvirt 9.0.0's words are for a guest, or for what is of no guest yet: by the program
    that its document names, or else the host's own."""
    domain = getattr(target, "domain", target)
    try:
        if isinstance(domain, Domain):
            with hypervisor.guests.query(domain) as guest:
                return not is_modern(guest.definition)
        from vsh.drivers.qemu.probe import find

        named = re.search("<emulator>(.*?)</emulator>", " ".join(map(str, values)))
        program = find(os.uname().machine) if named is None else named[1]
        return program is not None and not hypervisor.capabilities(program).newest
    except Error:
        return False
