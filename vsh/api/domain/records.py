"""Answers about domains that have more than one field; named as on the wire.

Sizes are in KiB where they are memory and in bytes where they are disk; times are in nanoseconds
where they are CPU time and in milliseconds where they are a job's.
"""

from __future__ import annotations

from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import (
        Blob,
        CpuMap,
        CpuMaps,
        Files,
        Label,
        Text,
        TypedParam,
        TypedParams,
        i32,
        i64,
        u8,
        u16,
        u32,
        u64,
    )


class DomainInfo(Record):
    """State, memory limit and present memory in KiB, number of vCPUs, CPU time used in ns."""

    state: u8
    maxMem: u64
    memory: u64
    nrVirtCpu: u16
    cpuTime: u64


class StateAndReason(Record):
    """A state (``DomainState``) and why; each state has its own reasons."""

    state: i32
    reason: i32


class ControlInfo(Record):
    """State of the channel to the hypervisor, its details, and for how many ms it has been so."""

    state: u32
    details: u32
    stateTime: u64


class VcpuInfo(Record):
    """One vCPU: its number, state, CPU time in ns, and the host CPU it runs on."""

    number: u32
    state: i32
    cpu_time: u64
    cpu: i32


class Vcpus(Record):
    """All vCPUs, and their CPU maps end to end, each as long as was asked for."""

    info: list[VcpuInfo]
    cpumaps: CpuMaps


class VcpuPins(Record):
    """CPU maps of ``num`` vCPUs end to end, each as long as was asked for."""

    cpumaps: CpuMaps
    num: i32


class EmulatorPin(Record):
    """The CPU map of the emulator, and whether there is one (1) or not (0)."""

    cpumaps: CpuMaps
    ret: i32


class CpuStats(Record):
    """Statistics of one CPU after the other, ``nparams`` each."""

    params: list[TypedParam]
    nparams: i32

    limits = {"params": 2048}


class SchedulerType(Record):
    """Name of the scheduler and the number of its parameters."""

    type: Text
    nparams: i32


class IOThreadInfo(Record):
    """One I/O thread and the host CPUs it may run on."""

    iothread_id: u32
    cpumap: CpuMap


class MemoryStat(Record):
    """One memory statistic: what (``DomainMemoryStatTags``) and how much."""

    tag: i32
    val: u64


class BlockStats(Record):
    """Requests and bytes read and written, and errors; -1 where not known."""

    rd_req: i64
    rd_bytes: i64
    wr_req: i64
    wr_bytes: i64
    errs: i64


class BlockInfo(Record):
    """Highest byte allocated, size as the guest sees it, and bytes taken on the host."""

    allocation: u64
    capacity: u64
    physical: u64


class BlockJobInfo(Record):
    """Whether there is a job (``found``), its type, speed, and how far it is (``cur``/``end``)."""

    found: i32
    type: i32
    bandwidth: u64
    cur: u64
    end: u64


class DiskError(Record):
    """A disk with an I/O error (``DomainDiskErrorCode``)."""

    disk: Text
    error: i32


class InterfaceStats(Record):
    """Bytes, packets, errors and drops, received and sent; -1 where not known."""

    rx_bytes: i64
    rx_packets: i64
    rx_errs: i64
    rx_drop: i64
    tx_bytes: i64
    tx_packets: i64
    tx_errs: i64
    tx_drop: i64


class IpAddress(Record):
    """One address: type 0 for IPv4 and 1 for IPv6, and the length of its prefix."""

    type: i32
    addr: Text
    prefix: u32


class InterfaceAddresses(Record):
    """An interface as the guest, the lease file or the ARP table names it."""

    name: Text
    hwaddr: Text | None
    addrs: list[IpAddress]

    limits = {"addrs": 2048}


class FilesystemInfo(Record):
    """A file system mounted in the guest, and the targets of the disks under it."""

    mountpoint: Text
    name: Text
    fstype: Text
    dev_aliases: list[Text]

    limits = {"dev_aliases": 256}


class GuestTime(Record):
    """Seconds since the epoch, and nanoseconds."""

    seconds: i64
    nseconds: u32


class JobInfo(Record):
    """A running job; times in ms, amounts in bytes; ``type`` 0 means that there is none."""

    type: i32
    timeElapsed: u64
    timeRemaining: u64
    dataTotal: u64
    dataProcessed: u64
    dataRemaining: u64
    memTotal: u64
    memProcessed: u64
    memRemaining: u64
    fileTotal: u64
    fileProcessed: u64
    fileRemaining: u64


class JobStats(Record):
    """A running or just completed job: its type and whatever the hypervisor knows of it."""

    type: i32
    params: TypedParams


class SecurityLabel(Record):
    """Label of the process, and whether it is enforced."""

    label: Label
    enforcing: i32


class Begun(Record):
    """Result of a migration's first step: a cookie for the destination, and the domain's XML."""

    cookie_out: Blob
    xml: Text


class MonitorReply(Record):
    """What the monitor said, and the files it gave."""

    result: Text
    files: Files
