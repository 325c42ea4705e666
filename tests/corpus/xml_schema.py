"""The corpus adapter's answers about schemas: what the models themselves say of a document's form.

libvirt's schemas are not asked: the built-in check is what is counted.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

MODELS = {
    "capability": "vsh.xml.host.capabilities:Capabilities",
    "domaincaps": "vsh.xml.host.domain_capabilities:DomainCapabilities",
    "storagepoolcaps": "vsh.xml.storage.pool_capabilities:PoolCapabilities",
    "domain": "vsh.xml.domain:Domain",
    "domainbackup": "vsh.xml.moment.backup:DomainBackup",
    "domaincheckpoint": "vsh.xml.moment.checkpoint:DomainCheckpoint",
    "domainsnapshot": "vsh.xml.moment.snapshot:DomainSnapshot",
    "interface": "vsh.xml.host.interface:HostInterface",
    "network": "vsh.xml.network:Network",
    "networkport": "vsh.xml.network.port:NetworkPort",
    "nodedev": "vsh.xml.host.node_device:NodeDevice",
    "nwfilter": "vsh.xml.nwfilter:NetworkFilter",
    "nwfilterbinding": "vsh.xml.nwfilter.binding:FilterBinding",
    "secret": "vsh.xml.secret:Secret",
    "storagepool": "vsh.xml.storage.pool:StoragePool",
    "storagevol": "vsh.xml.storage.volume:StorageVolume",
}


def model_of(schema: str, document: bytes) -> Any:
    """The model of a document: by its schema, or as the part of a domain that it is."""
    from vsh.xml.domain import Domain
    from vsh.xml.engine.reader import parse

    where = MODELS.get(schema)
    if where is not None:
        module, _, name = where.partition(":")
        return getattr(import_module(module), name)
    root = parse(document)
    if schema == "cpu-baseline" and root.tag == "cpu" and root.find("arch") is None:
        return Domain.fields["cpu"].kind
    for field in Domain.fields.values() if schema == "device" else ():
        if field.path == f"devices/{root.tag}":
            return field.kind
    return None


def valid(question: dict) -> dict:
    """Whether the built-in check has nothing to say."""
    from vsh.errors import Error
    from vsh.xml.schema import structure

    case = question["case"]
    with open(case["file"], "rb") as file:
        document = file.read()
    model = model_of(case["schema"].removesuffix(".rng"), document)
    if model is None:
        return {"skip": "no model"}
    try:
        found = structure(document, model)
    except Error as error:
        found = [str(error)]
    return {"valid": not found, "found": found}


FAMILIES = {"schema": valid}
