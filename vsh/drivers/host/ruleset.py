"""What is in this host's nftables: whether anything has changed, and how much is in a table."""

from __future__ import annotations

import json
import os

from vsh.drivers.host import netlink, programs


def generation() -> str:
    """What changes with each change of any rule, in this boot and network namespace.

    Nothing where the kernel does not say.
    """
    try:
        number = netlink.generation()
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            boot = file.read().strip()
        return f"{number} {boot} {os.stat('/proc/self/ns/net').st_ino}"
    except OSError:
        return ""


def counts(family: str, table: str) -> dict[str, int]:
    """How many rules each chain of a table has, and how many elements each map: no zeros."""
    answer = programs.run(["nft", "-j", "list", "table", family, table], check=False)
    found: dict[str, int] = {}
    for item in [] if answer is None else json.loads(answer)["nftables"]:
        if "rule" in item:
            name = f"chain {item['rule']['chain']}"
            found[name] = found.get(name, 0) + 1
        elif item.get("map", {}).get("elem"):
            found[f"map {item['map']['name']}"] = len(item["map"]["elem"])
    return found


def handles(family: str, table: str, chain: str, target: str) -> list[int]:
    """The handles of the rules of a chain that lead to another one."""
    answer = programs.run(["nft", "-j", "list", "chain", family, table, chain], check=False)
    found = [item.get("rule", {}) for item in json.loads(answer or '{"nftables": []}')["nftables"]]
    lead = {"jump": {"target": target}}
    return [int(rule["handle"]) for rule in found if lead in rule.get("expr", ())]
