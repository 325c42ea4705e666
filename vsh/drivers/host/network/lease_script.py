"""What dnsmasq runs for each lease: keeps them in a file for each bridge, in libvirt's format.

    lease_script.py FOLDER add|old|del MAC ADDRESS [NAME]      (dnsmasq(8), --dhcp-script)
    lease_script.py FOLDER init                                prints them for a dnsmasq that starts

FOLDER/BRIDGE.status is a JSON array, which libnss-libvirt and others read.  This file is a program:
it imports nothing of vsh, so that a lease costs one start of a bare interpreter.
"""

import fcntl
import json
import os
import sys

KEYS = ("iaid", "ip-address", "mac-address", "hostname", "client-id", "server-duid", "expiry-time")


def main(folder: str, act: str, *rest: str) -> int:
    """Take note of one thing that happened to a lease; gives the exit status."""
    told = os.environ
    bridge = told.get("DNSMASQ_INTERFACE") or told.get("VIR_BRIDGE_NAME")
    if not bridge or act not in ("add", "old", "del", "init"):
        return 1
    path = os.path.join(folder, f"{bridge}.status")
    with open(f"{path}.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(path):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644))
        leases = read(path)
        if act == "init":
            show(leases)
            return 0
        new = None if act == "del" else lease(*rest)
        if act != "del" and new is None:
            return 0  # an IPv6 lease of nobody known: dnsmasq tells again
        address = rest[1]
        kept = [each for each in leases if each.get("ip-address") != address]
        write(path, kept if new is None else [*kept, new])
    return 0


def lease(mac: str, address: str, name: str = "") -> "dict[str, object] | None":
    """A lease as it is kept; None where the MAC address is not known."""
    told = os.environ
    client, iaid = told.get("DNSMASQ_CLIENT_ID"), told.get("DNSMASQ_IAID")
    if iaid:
        mac, client = told.get("DNSMASQ_MAC", ""), mac
    if not mac:
        return None
    values = {
        "iaid": iaid,
        "ip-address": address,
        "mac-address": mac,
        "hostname": name
        or told.get("DNSMASQ_SUPPLIED_HOSTNAME")
        or told.get("DNSMASQ_OLD_HOSTNAME"),
        "client-id": client,
        "server-duid": told.get("DNSMASQ_SERVER_DUID"),
        "expiry-time": int(told.get("DNSMASQ_LEASE_EXPIRES", "0").strip() or 0),
    }
    return {key: values[key] for key in KEYS if values[key] not in (None, "")}


def show(leases: "list[dict[str, object]]") -> None:
    """Print leases as dnsmasq keeps them: those of IPv4, then the server's name and IPv6's."""
    server = ""
    lines: list[list[object]] = []
    six: list[list[object]] = []
    for each in leases:
        words = [each.get("expiry-time", 0)]
        if ":" in str(each.get("ip-address")):
            server = str(each.get("server-duid") or server)
            words += [each.get("iaid"), each.get("ip-address")]
            six.append([*words, each.get("hostname", "*"), each.get("client-id", "*")])
            continue
        words += [each.get("mac-address"), each.get("ip-address")]
        lines.append([*words, each.get("hostname", "*"), each.get("client-id", "*")])
    if server:
        lines.append(["duid", server])
    for line in (*lines, *six):
        sys.stdout.write(" ".join(map(str, line)) + "\n")


def read(path: str) -> "list[dict[str, object]]":
    """The leases of a file; none where there is no such file, or something else in it."""
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def write(path: str, leases: "list[dict[str, object]]") -> None:
    """Put leases into a file."""
    part = f"{path}.new"
    with open(part, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o644)
        text = json.dumps(leases, indent=2, ensure_ascii=False) if leases else "[\n\n]"
        file.write(text + "\n")
    os.replace(part, path)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
