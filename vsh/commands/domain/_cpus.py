"""Sets of CPUs: lists that the user writes ("0-3,^2"), maps of bits, and how many the host has."""

from __future__ import annotations

from vsh.cli.objects import find_domain
from vsh.cli.params import decimal
from vsh.errors import CommandError, Error, InvalidArgument, NoSupport
from vsh.words.domain.cpu import DomainVcpu
from vsh.words.domain.document import DomainXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.domain.records import DomainInfo
    from vsh.cli.params import Given
    from vsh.cli.session import Session

LIVE, CONFIG = DomainVcpu.LIVE, DomainVcpu.CONFIG
MAXIMUM, GUEST = DomainVcpu.MAXIMUM, DomainVcpu.GUEST
LIMIT = 1024
"""The highest CPU in a list is below this."""


def host_cpus(connection: Connection) -> int:
    """How many CPUs the host can have, whether on line or not."""
    try:
        return int(connection.node_get_cpu_map().ret)
    except Error:
        info = connection.node_get_info()
        return int(info.nodes * info.sockets * info.cores * info.threads)


def host_cpus_and_info(domain: Domain) -> tuple[int, DomainInfo, str | None]:
    """How many CPUs the host can have, what there is to say of a domain, and the definition of one
    that does not run: asked in one go."""
    connection = domain.connection
    requests = (connection.node_get_cpu_map.request(), domain.get_info.request())
    definition = None
    if domain.id == -1:
        document = domain.get_xml_desc.request(DomainXML.INACTIVE)
        cpus, info, xml = connection.many((*requests, document))
        definition = None if isinstance(xml, Error) else xml
    else:
        cpus, info = connection.many(requests)
    if isinstance(info, Error):
        raise info
    return host_cpus(connection) if isinstance(cpus, Error) else cpus.ret, info, definition


def cpu_numbers(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the numbers of the host's CPUs."""
    return map(str, range(min(host_cpus(session.connection), LIMIT)))


def vcpu_numbers(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the numbers of the domain's CPUs."""
    if not given.get("domain"):
        return ()
    domain = find_domain(session, given["domain"])
    return map(str, range(min(domain.get_vcpus_flags(MAXIMUM), LIMIT)))


def map_length(cpus: int) -> int:
    """How many bytes a map of so many CPUs has."""
    return (cpus + 7) // 8


def in_map(cpumap: bytes) -> list[int]:
    """The CPUs whose bits are set."""
    return [
        8 * place + bit for place, byte in enumerate(cpumap) for bit in range(8) if byte >> bit & 1
    ]


def to_map(cpus: Iterable[int]) -> bytes:
    """A map just long enough for these CPUs."""
    found = list(cpus)
    data = bytearray(map_length(max(found) + 1))
    for cpu in found:
        data[cpu // 8] |= 1 << cpu % 8
    return bytes(data)


def ranges(cpus: Iterable[int]) -> str:
    """A list of CPUs as people write it: "0-2,5"."""
    runs: list[list[int]] = []
    for cpu in sorted(cpus):
        if runs and runs[-1][1] == cpu - 1:
            runs[-1][1] = cpu
        else:
            runs.append([cpu, cpu])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def parse_list(text: str) -> set[int] | None:
    """The CPUs of a list ("0-3,^2"), or None if it is none or one of them is too high."""
    cpus: set[int] = set()
    parts = text.split(",")
    if len(parts) > 1 and not parts[-1].strip():
        parts.pop()  # a comma at the end is nothing
    for part in parts:
        word = part.strip()
        without = word.startswith("^")
        first, dash, last = word.removeprefix("^").partition("-")
        if without and dash:
            return None
        low = _cpu(first)
        high = _cpu(last) if dash else low
        if low is None or high is None or high < low:
            return None
        if without:
            cpus.discard(low)
        else:
            cpus.update(range(low, high + 1))
    return cpus


def _cpu(text: str) -> int | None:
    word = text.strip()
    number = decimal(word) if word.isascii() and word.isdigit() else LIMIT
    return number if number < LIMIT else None


def cpu_map(text: str, host: int) -> bytes:
    """The map of a list; "r" at its start stands for all CPUs of the host.  Raises CommandError."""
    if text[:1] == "r":
        return to_map(range(host))
    cpus = parse_list(text)
    if not cpus:
        reason = InvalidArgument(f"Failed to parse bitmap '{text}'") if cpus is None else None
        raise CommandError(f"Invalid cpulist '{text}'", hint="for example 0-3,^2") from reason
    if max(cpus) >= host:
        raise CommandError(f"CPU {max(cpus)} in cpulist '{text}' exceed the maxcpu {host}")
    return to_map(cpus)


def slices(cpumaps: bytes, length: int) -> list[bytes]:
    """The maps of a string of maps of one length."""
    return (
        [cpumaps[start : start + length] for start in range(0, len(cpumaps), length)]
        if length
        else []
    )


def count_vcpus(domain: Domain, flags: int) -> int:
    """How many vCPUs, with the fallbacks for drivers that cannot say it directly."""
    try:
        return int(domain.get_vcpus_flags(flags))
    except (NoSupport, InvalidArgument) as error:
        if flags & GUEST:
            raise CommandError("Failed to retrieve vCPU count from the guest") from error
        if not flags & (LIVE | CONFIG) and domain.is_active() == 1:
            flags |= LIVE
        if flags & LIVE:
            return int(domain.get_max_vcpus() if flags & MAXIMUM else domain.get_info().nrVirtCpu)
        return _count_in_document(domain, flags)


def _count_in_document(domain: Domain, flags: int) -> int:
    from vsh.commands.domain._devices_xml import number_at, tree

    root = tree(domain.get_xml_desc(DomainXML.INACTIVE))
    count = number_at(root, "/domain/vcpu" if flags & MAXIMUM else "/domain/vcpu/@current")
    if count is None:
        which = "maximum" if flags & MAXIMUM else "current"
        raise CommandError(f"Failed to retrieve {which} vcpu count")
    return count


def count_if_there(domain: Domain, flags: int) -> int | None:
    """As ``count_vcpus``; None for a live count of a domain at rest, or what a transient keeps."""
    at_rest = flags & LIVE and domain.is_active() < 1
    if at_rest or (flags & CONFIG and domain.is_persistent() < 1):
        return None
    return count_vcpus(domain, flags)
