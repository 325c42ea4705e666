"""The corpus adapter's answers for networks, storage, interfaces, node devices and filters."""

from __future__ import annotations

import os

from vsh.xml.engine import flags as F  # noqa: N812
from vsh.xml.engine.reader import read

FLAGS = {"inactive": F.INACTIVE, "secure": F.SECURE}


def text(question: dict, name: str) -> str:
    """One of the case's files."""
    with open(os.path.join(question["dir"], name), encoding="utf-8", errors="surrogateescape") as f:
        return f.read()


def bits(words: list[str] | None) -> int:
    """The flags that a case names."""
    return sum({FLAGS.get(word.replace("_", "-"), 0) for word in words or ()})


def plain(module: str, name: str):
    """A document that is read and written."""

    def act(question: dict) -> dict:
        from importlib import import_module

        model = getattr(import_module(f"vsh.xml.{module}"), name)
        case = question["case"]
        found = read(text(question, "in.xml"), model, flags=bits(case.get("parse_flags")))
        return {"output": found.format(bits(case.get("format_flags")))}

    return act


def commanded(question: dict) -> dict:
    """What the case's commands give on the test driver, asked for through the library."""
    import shlex

    import vsh

    output = ""
    with vsh.connect("test:///default") as connection:
        for command in question["case"]["commands"]:
            verb, *words = shlex.split(command)
            answer = VERBS[verb](connection, question, *words)
            output = answer if isinstance(answer, str) else output
    return {"output": output}


VERBS = {
    "net-destroy": lambda c, q, name: c.network_lookup_by_name(name).destroy(),
    "net-undefine": lambda c, q, name: c.network_lookup_by_name(name).undefine(),
    "net-define": lambda c, q, file: c.network_define_xml(text(q, file)),
    "net-dumpxml": lambda c, q, name: c.network_lookup_by_name(name).get_xml_desc(0),
    "pool-destroy": lambda c, q, name: c.storage_pool_lookup_by_name(name).destroy(),
    "pool-undefine": lambda c, q, name: c.storage_pool_lookup_by_name(name).undefine(),
    "pool-define": lambda c, q, file: c.storage_pool_define_xml(text(q, file), 0),
    "pool-dumpxml": lambda c, q, name: c.storage_pool_lookup_by_name(name).get_xml_desc(0),
    "vol-create": lambda c, q, pool, file: c.storage_pool_lookup_by_name(pool).vol_create_xml(
        text(q, file), 0
    ),
    "vol-dumpxml": lambda c, q, name, pool: (
        c.storage_pool_lookup_by_name(pool).vol_lookup_by_name(name).get_xml_desc(0)
    ),
    "iface-destroy": lambda c, q, name: c.interface_lookup_by_name(name).destroy(0),
    "iface-undefine": lambda c, q, name: c.interface_lookup_by_name(name).undefine(),
    "iface-define": lambda c, q, file: c.interface_define_xml(text(q, file), 0),
    "iface-dumpxml": lambda c, q, name: c.interface_lookup_by_name(name).get_xml_desc(0),
}


def network_update(question: dict) -> dict:
    """A network with one section updated."""
    from vsh.xml.network import Network
    from vsh.xml.network.update import update

    case = question["case"]
    model = read(text(question, "in.xml"), Network)
    index = case["parent_index"]
    update(model, case["command"], case["section"], index, text(question, "update.xml"))
    return {"output": model.format()}


FAMILIES = {"network": plain("network", "Network"), "network-update": network_update}


def volume(question: dict) -> dict:
    """A volume, read in its pool and written."""
    from vsh.xml.storage.pool import StoragePool
    from vsh.xml.storage.volume import ClonedVolume, StorageVolume

    case = question["case"]
    pool = read(text(question, "pool.xml"), StoragePool)
    optional = {"no-capacity", "opt-capacity"} & set(case.get("parse_flags") or ())
    kind = ClonedVolume if optional else StorageVolume
    return {"output": read(text(question, "in.xml"), kind, facts=pool.type).format()}


FAMILIES |= {"storagepool": plain("storage.pool", "BackedPool"), "storagevol": volume}


FAMILIES |= {
    "interface": plain("host.interface", "HostInterface"),
    "td-interface": commanded,
    "td-network": commanded,
    "td-pool": commanded,
    "td-vol": commanded,
}


def node_device(question: dict) -> dict:
    """A device of the host; the blocks of a drive are what the test counts."""
    from vsh.xml.host.node_device import NodeDevice

    model = read(text(question, "in.xml"), NodeDevice)
    storage = model.capability("storage")
    if storage is not None:
        removable = [one for one in storage.capabilities if one.type == "removable"]
        part, size = (removable[0], 2048) if removable else (storage, 512)
        if part.size:
            part.block_size, part.blocks = size, part.size // size
    return {"output": model.format()}


FAMILIES["nodedev"] = node_device


FAMILIES["nwfilter"] = plain("nwfilter", "NetworkFilter")


def backup(question: dict) -> dict:
    """A backup, read, aligned with a guest that has its disks and one more, and written."""
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.moment.backup import DomainBackup
    from vsh.xml.shared.image import Source

    case = question["case"]
    flags = F.INTERNAL if "internal" in (case.get("parse_flags") or ()) else 0
    model = read(text(question, "in.xml"), DomainBackup, flags=flags)
    disks = [
        Disk(type="file", target=target, source=Source(file=f"/fake/{target}.qcow2"))
        for target in [*(disk.name for disk in model.disks), "vdextradisk"]
    ]
    if not flags:
        model.align(disks, "SUFFIX")
    return {"output": model.format(flags)}


FAMILIES |= {
    "backup": backup,
    "secret": plain("secret", "Secret"),
    "networkport": plain("network.port", "NetworkPort"),
    "nwfilterbinding": plain("nwfilter.binding", "FilterBinding"),
}
