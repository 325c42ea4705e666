"""vcpuinfo: where the CPUs of a domain run."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag
from vsh.commands.domain._cpus import host_cpus_and_info, in_map, map_length, ranges, slices
from vsh.commands.domain._devices_xml import number_at, tree
from vsh.errors import CommandError
from vsh.output.document import Shaped
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.cpu import VcpuState
from vsh.words.domain.document import DomainXML
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="[vcpu cpu state cpu_time_ns affinity]")
def vcpuinfo(domain: Domain = DOMAIN, pretty: bool = Flag("the host's CPUs as a list")) -> Document:
    """Print where each of a domain's CPUs runs, and where it may.

    For a domain that does not run only the latter is known.

    Examples:
        vcpuinfo web1 --pretty  # where each of its CPUs runs
    """
    host, info, definition = host_cpus_and_info(domain)
    length = map_length(host)
    if info.state == DomainState.SHUTOFF:
        return _shaped(_inactive(domain, definition, length), host, pretty=pretty)
    vcpus = domain.get_vcpus(info.nrVirtCpu, length)
    rows = [
        {
            "vcpu": vcpu.number,
            "cpu": vcpu.cpu,
            "state": VcpuState.word_of(vcpu.state, "no state"),
            "cpu_time_ns": vcpu.cpu_time,
            "affinity": in_map(cpumap),
        }
        for vcpu, cpumap in zip(vcpus.info, slices(vcpus.cpumaps, length), strict=False)
    ]
    return _shaped(rows, host, pretty=pretty)


def _inactive(domain: Domain, definition: str | None, length: int) -> list[dict[str, object]]:
    """The CPUs of a domain that does not run: what is known is where they may run."""
    root = tree(definition or domain.get_xml_desc(DomainXML.INACTIVE))
    most = number_at(root, "/domain/vcpu")
    if most is None:
        raise CommandError("Failed to retrieve maximum vcpu count")
    count = number_at(root, "/domain/vcpu/@current") or most
    listed = root.xpath("/domain/vcpus/vcpu")
    online = [int(vcpu.get("id")) for vcpu in listed if vcpu.get("enabled") == "yes"]
    if not listed:
        online = list(range(count))
    elif len(online) != count:
        raise CommandError("Failed to retrieve vcpu state bitmap")
    pins = domain.get_vcpu_pin_info(most, length, DomainModificationImpact.CONFIG)
    maps = slices(pins.cpumaps, length)
    maps += [b""] * (most - len(maps))
    return [
        {
            "vcpu": vcpu,
            "cpu": None,
            "state": None,
            "cpu_time_ns": None,
            "affinity": in_map(maps[vcpu]),
        }
        for vcpu in online
    ]


def _shaped(rows: list[dict[str, Any]], host: int, *, pretty: bool) -> Document:
    blocks = []
    for row in rows:
        lines = [f"{'VCPU:':15} {row['vcpu']}"]
        if row["state"] is None:
            lines += [f"{label:15} N/A" for label in ("CPU:", "State:", "CPU time")]
        else:
            lines += [f"{'CPU:':15} {row['cpu']}", f"{'State:':15} {row['state']}"]
            if row["cpu_time_ns"]:
                lines.append(f"{'CPU time:':15} {row['cpu_time_ns'] / 1000000000:.1f}s")
        if pretty:
            text = f"{ranges(row['affinity'])} (out of {host})"
        else:
            allowed = set(row["affinity"])
            text = "".join("y" if cpu in allowed else "-" for cpu in range(host))
        lines.append(f"{'CPU Affinity:':15} {text}")
        blocks.append("".join(f"{line}\n" for line in lines))
    return Shaped("\n".join(blocks), rows)
