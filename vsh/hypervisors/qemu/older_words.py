"""How libvirt 9.0.0 words what 12.8.0 says otherwise of a document that cannot be read.

Documents are read in the words of 12.8.0; a guest on an older board is told of in those of 9.0.0.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InternalError, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Problem

_INVALID: dict[str, tuple[type[Error], str]] = {
    "address@type": (ConfigUnsupported, "unknown address type '{}'"),
    "address@uuid": (InternalError, "Cannot parse uuid attribute of element <address>"),
    "rng:backend@model": (ConfigUnsupported, "unknown RNG backend model '{}'"),
    "host@transport": (ConfigUnsupported, "unknown protocol transport type '{}'"),
    "hostdev@mode": (ConfigUnsupported, "unknown hostdev mode '{}'"),
    "hostdev@type": (ConfigUnsupported, "unknown host device source address type '{}'"),
    "video:model@heads": (InternalError, "cannot parse video heads '{}'"),
    "video:model@ram": (XmlError, "cannot parse video ram '{}'"),
    "video:model@type": (ConfigUnsupported, "unknown video model '{}'"),
    "video:model@vgamem": (XmlError, "cannot parse video vgamem '{}'"),
    "video:model@vram": (XmlError, "cannot parse video vram '{}'"),
    "video:model@vram64": (XmlError, "cannot parse video vram64 '{}'"),
    "parameters@instanceid": (XmlError, "cannot parse instanceid parameter as a uuid"),
    "parameters@interfaceid": (XmlError, "cannot parse interfaceid parameter as a uuid"),
    "parameters@managerid": (XmlError, "cannot parse value of managerid parameter"),
    "parameters@typeid": (XmlError, "cannot parse value of typeid parameter"),
    "parameters@typeidversion": (XmlError, "cannot parse value of typeidversion parameter"),
    "protocol@type": (ConfigUnsupported, "Unknown protocol '{}'"),
    "rng@model": (ConfigUnsupported, "unknown RNG model '{}'"),
    "secret@uuid": (XmlError, "invalid secret uuid '{}'"),
    "disk:source@mode": (ConfigUnsupported, "unknown source mode '{}' for volume type disk"),
    "disk:source@namespace": (XmlError, "malformed namespace '{}'"),
    "hostdev:source@protocol": (ConfigUnsupported, "Unknown scsi_host subsystem protocol '{}'"),
    **dict.fromkeys(
        ("serial:target@port", "parallel:target@port", "console:target@port"),
        (XmlError, "Invalid port number: {}"),
    ),
    "virtualport@type": (ConfigUnsupported, "unknown virtualport type {}"),
    "watchdog@action": (ConfigUnsupported, "unknown watchdog action '{}'"),
    "watchdog@model": (ConfigUnsupported, "unknown watchdog model '{}'"),
    **{
        f"{way}bound@{name}": (
            ConfigUnsupported,
            f"could not convert bandwidth {name} value '{{}}'",
        )
        for way in ("in", "out")
        for name in ("average", "peak", "burst", "floor")
    },
}
_MISSING: dict[str, tuple[type[Error], str]] = {
    "address@type": (InternalError, "No type specified for device address"),
    "address@uuid": (ConfigUnsupported, "Missing 'uuid' attribute for element <address>"),
    "rng:backend@model": (XmlError, "missing RNG device backend model"),
    "hostdev@type": (XmlError, "missing source address type"),
    "rng@model": (XmlError, "missing RNG device model"),
    "disk:source@namespace": (XmlError, "missing 'namespace' attribute to disk source"),
    "hostdev:source@protocol": (XmlError, "Missing scsi_host subsystem protocol"),
    "watchdog@model": (InternalError, "watchdog must contain model name"),
}
_OTHERS: tuple[tuple[str, type[Error], str], ...] = (
    ("unknown host device source address type '(null)'", XmlError, "missing source address type"),
    ("missing external TPM backend source type", XmlError, "missing external TPM backend type"),
    (
        "unknown backend source type '{}' for external TPM",
        ConfigUnsupported,
        "unknown backend type '{}' for external TPM",
    ),
    (
        "failed to split path '{}' into 'pool/image' or 'pool/namespace/image' components",
        XmlError,
        "can't split path '{}' into pool name and image name",
    ),
    (
        "transport 'tcp' does not support socket attribute",
        XmlError,
        "transport '(null)' does not support socket attribute",
    ),
    (
        "usb address needs either device id or port",
        XmlError,
        "Missing required attribute 'device' in element 'address'",
    ),
    (
        "maximum memory size must be specified when specifying number of memory slots",
        XmlError,
        "both maximum memory size and memory slot count must be specified",
    ),
)
_VALUE = (
    r"Invalid value for attribute '(\w+)' in element '(\w+)': "
    r"(?:'(.*)'\.(?: Expected .*)?|Zero is not permitted)"
)
_ABSENT = r"Missing required attribute '(\w+)' in element '(\w+)'"


def older(problem: Problem) -> Error:
    """The error of a problem as libvirt 9.0.0 words it."""
    import re

    error = problem.error
    told = error.detail
    known: dict[str, tuple[type[Error], str]] = {}
    value = ""
    if found := re.fullmatch(_VALUE, told, re.DOTALL):
        known, value = _INVALID, "0" if found[3] is None else found[3]
    elif found := re.fullmatch(_ABSENT, told):
        known = _MISSING
    if found is not None:
        name = f"{found[2]}@{found[1]}"
        for key in (name, *(f"{tag}:{name}" for tag in problem.within)):
            if key in known:
                kind, text = known[key]
                return kind(text.replace("{}", value))
        return error
    for newer, kind, text in _OTHERS:
        start, gap, end = newer.partition("{}")
        if told.startswith(start) and told.endswith(end) and (gap or told == newer):
            return kind(text.replace("{}", told[len(start) : len(told) - len(end)]))
    return error
