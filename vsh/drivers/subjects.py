"""What access rules are told of an object: by the names that libvirt gives polkit.

A domain is ``domain_name`` and ``domain_uuid``, a volume ``pool_name``, ``vol_name``, ``vol_key``
and so on; of an object that is yet to be made, what its document says.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from vsh.api._call import Call

    Subject = Mapping[str, str]

NAMES = {
    "domain": {"domain_name": "name", "domain_uuid": "uuid"},
    "interface": {"interface_name": "name", "interface_macaddr": "mac"},
    "network": {"network_name": "name", "network_uuid": "uuid"},
    "network_port": {"port_uuid": "uuid"},
    "node_device": {"node_device_name": "name"},
    "nwfilter": {"nwfilter_name": "name", "nwfilter_uuid": "uuid"},
    "nwfilter_binding": {
        "nwfilter_binding_portdev": "portdev",
        "nwfilter_binding_filter": "filtername",
    },
    "secret": {"secret_uuid": "uuid"},
    "storage_pool": {"pool_name": "name", "pool_uuid": "uuid"},
    "storage_vol": {"pool_name": "pool", "vol_name": "name", "vol_key": "key"},
}
"""For each kind of object in access rules: what is said of it, and the field that says it."""
KINDS = {
    "Domain": "domain", "Snapshot": "domain", "Checkpoint": "domain", "Interface": "interface",
    "Network": "network", "NetworkPort": "network_port", "NodeDevice": "node_device",
    "Nwfilter": "nwfilter", "NwfilterBinding": "nwfilter_binding", "Secret": "secret",
    "Pool": "storage_pool", "Volume": "storage_vol",
}  # fmt: skip
"""The classes of the API, as access rules call them."""
_SECRET_USES = {
    1: "secret_usage_volume", 2: "secret_usage_ceph", 3: "secret_usage_target",
    4: "secret_usage_name", 5: "secret_usage_name",
}  # fmt: skip
_DOCUMENTS = ("xml", "xml_desc", "dom_xml", "dxml")
_GIVEN = {
    "name": "name", "dname": "name", "uuid": "uuid", "mac": "mac", "key": "key", "path": "key",
}  # fmt: skip
"""Parameters of calls that say which object is meant, and the fields that they stand for."""
_PARAMS = {"destination_xml": "dom_xml", "destination_name": "dname"}
"""Typed parameters that stand for parameters of calls."""
_IMAGES = {
    "domain_restore": "from_", "domain_restore_flags": "from_", "domain_restore_params": "file",
    "domain_save_image_get_xml_desc": "file", "domain_save_image_define_xml": "file",
}  # fmt: skip
"""Calls about the domain of a saved image, and what names the image's file."""
_NAMED_BY_ATTRIBUTE = ("filter", "interface")
_BINDING = (("portdev", "portdev", "name"), ("filtername", "filterref", "filter"))
"""Where the document of a filter's binding has its fields: element and attribute."""
DETAILS = {word for words in NAMES.values() for word in words} | {*_SECRET_USES.values()}
"""All that is ever said of objects."""


def of_call(
    kind: str, call: Call[..., object], target: object, values: tuple[object, ...]
) -> Subject:
    """What is said of the object of that kind that a call is about."""
    if kind == "connect":
        return {}
    own = KINDS.get(type(target).__name__, "")
    if own == kind:
        return described(kind, target)
    place = described(own, target) if own in ("network", "storage_pool") else {}
    return {**place, **meant(kind, call, values)}


def described(kind: str, thing: object) -> Subject:
    """What is said of an object of the API; of a snapshot or checkpoint: of its domain."""
    whole = getattr(thing, "domain", thing) if kind == "domain" else thing
    found = {
        word: str(value)
        for word, field in NAMES[kind].items()
        if isinstance(value := getattr(whole, field, None), str)
    }
    if kind == "network_port":
        found |= described("network", getattr(thing, "network", None))
    if kind == "secret":
        use = _SECRET_USES.get(getattr(thing, "usageType", 0))
        if use is not None:
            found[use] = str(getattr(thing, "usageID", ""))
    return found


def listed(kind: str, each: object) -> Subject:
    """What is said of one entry of a listing: an object, its statistics, or its name."""
    if not isinstance(each, str):
        return described(kind, each)
    field = "uuid" if kind == "secret" else "name"
    return {word: each for word, own in NAMES[kind].items() if own == field}


def meant(kind: str, call: Call[..., object], values: tuple[object, ...]) -> Subject:
    """What is said of an object that the values of a call name, or whose document they have."""
    known = dict(zip(call.names, values, strict=False))
    params = known.get("params")
    if isinstance(params, dict):
        known |= {own: params.get(word) for word, own in _PARAMS.items()}
    fields: dict[str, str] = {}
    for parameter in _DOCUMENTS:
        text = known.get(parameter)
        if isinstance(text, str):
            fields |= _in_document(text)
    for parameter, field in _GIVEN.items():
        text = known.get(parameter)
        if isinstance(text, str):
            fields[field] = text
    if kind == "nwfilter_binding" and "name" in known:
        fields["portdev"] = fields["name"]
    return {word: fields[own] for word, own in NAMES[kind].items() if own in fields}


def image(call: Call[..., object], values: tuple[object, ...]) -> str | None:
    """The file of the saved image whose domain a call is about."""
    name = _IMAGES.get(call.slot)
    known = dict(zip(call.names, values, strict=False))
    params = known.get("params")
    file = (params if isinstance(params, dict) else known).get(name) if name else None
    return file if isinstance(file, str) else None


def in_document(kind: str, text: str) -> Subject:
    """What is said of the object of a document."""
    fields = _in_document(text)
    return {word: fields[own] for word, own in NAMES[kind].items() if own in fields}


def _in_document(text: str) -> dict[str, str]:
    """Name and UUID of a document, read as its own reader reads them; nothing of what is none,
    which that reader refuses."""
    from vsh.errors import Error
    from vsh.xml.engine.reader import parse, text_of
    from vsh.xml.engine.values import parse_uuid

    try:
        root = parse(text)
    except Error:
        return {}
    if root.tag == "filterbinding":
        found = {
            field: "" if (element := root.find(tag)) is None else element.get(attribute) or ""
            for field, tag, attribute in _BINDING
        }
    elif root.tag in _NAMED_BY_ATTRIBUTE:
        found = {"name": root.get("name") or ""}
    else:
        name = root.find("name")
        found = {"name": "" if name is None else text_of(name)}
    uuid = root.find("uuid")
    if uuid is not None:
        try:
            found["uuid"] = parse_uuid(text_of(uuid).strip())
        except (Error, ValueError):
            found["uuid"] = ""
    return {field: value for field, value in found.items() if value}
