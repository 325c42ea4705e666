"""Answers about a host or a connection that have more than one field; named as on the wire."""

from __future__ import annotations

from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import Blob, Chars, CpuMap, Label, Name32, Text, TypedParams, i32, u32, u64


class NodeInfo(Record):
    """CPU model, memory in KiB, active CPUs, MHz, NUMA cells, sockets, cores and threads."""

    model: Name32
    memory: u64
    cpus: i32
    mhz: i32
    nodes: i32
    sockets: i32
    cores: i32
    threads: i32


class NodeCpuMap(Record):
    """Which CPUs are online, how many these are, and how many CPUs there are (``ret``)."""

    cpumap: CpuMap
    online: u32
    ret: i32


class SecurityModel(Record):
    """Name of the security driver and its domain of interpretation."""

    model: Label
    doi: Label

    limits = {"model": 257, "doi": 257}


class DomainStats(Record):
    """Statistics of one domain, named ``group.field``."""

    domain: Domain
    params: TypedParams

    limits = {"params": 262144}


class Prepared(Record):
    """Result of preparing the destination: a cookie for the source, and where to connect to."""

    cookie_out: Blob
    uri_out: Text | None


class Finished(Record):
    """Result of finishing on the destination: the domain there, and a cookie for the source."""

    domain: Domain
    cookie_out: Blob


class SaslAnswer(Record):
    """One step of SASL: whether it is complete, whether data is absent (``nil``), and the data."""

    complete: i32
    nil: i32
    data: Chars
