"""What a guest's agent tells, as data: flat names with numbers in them as lists and objects.

``fs.0.disk.1.alias`` is ``filesystems[0].disks[1].alias``.
"""

from __future__ import annotations

from vsh.output.units import moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    Into: TypeAlias = dict[str, Any]

GROUPS = {
    "user": "users",
    "os": "os",
    "timezone": "timezone",
    "fs": "filesystems",
    "disk": "disks",
    "if": "interfaces",
    "load": "load",
    "dependency": "dependencies",
    "addr": "addresses",
}
"""By the first word of a name: the key of what it belongs to."""

LISTS = ("user", "fs", "disk", "if", "dependency", "addr")

KEYS = {
    "user.domain": "user_domain",
    "user.login-time": "logged_in",
    "os.pretty-name": "pretty_name",
    "os.version-id": "version_id",
    "os.kernel-release": "kernel_release",
    "os.machine": "arch",
    "os.kernel-version": "kernel_version",
    "os.variant-id": "variant_id",
    "timezone.offset": "offset_ns",
    "fs.fstype": "type",
    "fs.total-bytes": "total_bytes",
    "fs.used-bytes": "used_bytes",
    "disk.device": "device_path",
    "if.name": "interface",
    "if.hwaddr": "mac",
    "load.1m": "minute",
    "load.5m": "five_minutes",
    "load.15m": "fifteen_minutes",
}
"""By group and the agent's name of a fact: its key, where that is another."""

KNOWN = (
    "user.name",
    "os.id",
    "os.name",
    "os.version",
    "os.variant",
    "timezone.name",
    "fs.name",
    "fs.mountpoint",
    "disk.alias",
    "disk.serial",
    "disk.name",
    "disk.partition",
    "disk.guest_alias",
    "disk.guest_bus",
    "dependency.name",
)
"""The facts whose name is their key."""


def nested(flat: Into) -> Into:
    """What is told as data; a fact that has no key stands among ``params``."""
    found: Into = {}
    for name, value in flat.items():
        if name == "hostname":
            found["hostname"] = value
        else:
            _put(found, name.split("."), value)
    for interface in found.get("interfaces", ()):
        for address in interface.get("addresses", ()):
            text, prefix = address.pop("addr", None), address.pop("prefix", None)
            address["address"] = text if prefix is None else f"{text}/{prefix}"
    return found


def _put(into: Into, words: list[str], value: object) -> None:
    group, *rest = words
    if group not in GROUPS or not rest:
        into.setdefault("params", []).append({"name": ".".join(words), "value": value})
        return
    key = GROUPS[group]
    if group not in LISTS:
        _fact(into.setdefault(key, {}), group, ".".join(rest), value)
    elif rest == ["count"]:
        into.setdefault(key, [])
    elif rest[0].isdecimal():
        items = into.setdefault(key, [])
        while len(items) <= int(rest[0]) < MOST:
            items.append({})
        item = items[int(rest[0])]
        if len(rest) > 2 and rest[1] in GROUPS:
            _put(item, rest[1:], value)
        else:
            _fact(item, group, ".".join(rest[1:]), value)
    else:
        into.setdefault("params", []).append({"name": ".".join(words), "value": value})


MOST = 1 << 16
"""No list is longer, whatever a guest says."""


def _fact(into: Into, group: str, name: str, value: object) -> None:
    whole = f"{group}.{name}"
    if group == "addr":
        into["protocol" if name == "type" else name] = value
    elif whole == "user.login-time" and isinstance(value, int):
        into["logged_in"] = moment(*divmod(value * 1000000, 10**9))
    elif whole == "timezone.offset" and isinstance(value, int):
        into["offset_ns"] = value * 10**9
    elif whole == "disk.dependency":
        into["dependencies"] = []
    elif whole in KEYS or whole in KNOWN:
        into[KEYS.get(whole, name)] = value
    else:
        into.setdefault("params", []).append({"name": name, "value": value})
