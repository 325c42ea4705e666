"""The CPUs of this machine: how many, how they are arranged, what they are called, what they did.

The facts come from the kernel's sysfs (Documentation/admin-guide/cputopology.rst) and procfs; what
is made of them is what libvirt says of its node (``virNodeGetInfo``, ``virNodeGetCPUStats``).
"""

from __future__ import annotations

import os

from vsh.drivers.host import sysfs
from vsh.errors import InternalError, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SYSTEM = "/sys/devices/system"
CPUINFO = "/proc/cpuinfo"
STAT = "/proc/stat"

_FREQUENCIES = {"x86_64": "cpu MHz", "i686": "cpu MHz", "s390x": "cpu MHz dynamic"}
_SIGNATURES: dict[str, tuple[tuple[str, ...], str]] = {
    "x86_64": (
        ("vendor_id", "model name", "cpu family", "model", "stepping"),
        "{}, {}, family: {}, model: {}, stepping: {}",
    ),
    "ppc64": (("cpu", "revision"), "{}, rev {}"),
    "s390x": (("vendor_id", "processor 0", "facilities"), "{}, {}, facilities: {}"),
}
_SIGNATURES["i686"] = _SIGNATURES["x86_64"]
_SIGNATURES["ppc64le"] = _SIGNATURES["ppc64"]


class Arrangement:
    """How the CPUs of a host are arranged, as far as four numbers can say it.

    cpus     the CPUs that can be used now
    mhz      the speed of one of them; 0 where the kernel does not say
    nodes, sockets, cores, threads  NUMA nodes; sockets in a node, cores in a socket, threads in a
             core.  Where their product is not the number of CPUs (uneven machines) they are 1, 1,
             all CPUs, 1, as libvirt has it.
    """

    __slots__ = ("cores", "cpus", "mhz", "nodes", "sockets", "threads")

    def __init__(self, cpus: int, nodes: int, sockets: int, cores: int, threads: int) -> None:
        self.cpus = cpus
        self.nodes = nodes
        self.sockets = sockets
        self.cores = cores
        self.threads = threads
        self.mhz = 0


class Node:
    """What one NUMA node adds to the arrangement."""

    __slots__ = ("cores", "cpus", "offline", "sockets", "threads")

    def __init__(self) -> None:
        self.cpus = self.sockets = self.cores = self.threads = self.offline = 0


class Cpus:
    """The CPUs of a host.

    system     the folder that stands for /sys/devices/system
    cpuinfo, stat  the files that stand for /proc/cpuinfo and /proc/stat
    """

    def __init__(self, system: str = SYSTEM, cpuinfo: str = CPUINFO, stat: str = STAT) -> None:
        self.system = system
        self.cpuinfo = cpuinfo
        self.stat = stat

    def present(self) -> set[int]:
        """The numbers of the CPUs that are plugged in.  Raises Error."""
        found = sysfs.numbers(f"{self.system}/cpu/present")
        if found is None:
            # kernels before 2.6.24
            try:
                names = os.listdir(f"{self.system}/cpu")
            except OSError as error:
                raise InternalError(f"cannot read {self.system}/cpu: {error.strerror}") from None
            found = {int(name[3:]) for name in names if name[:3] == "cpu" and name[3:].isdigit()}
        return found

    def online(self) -> set[int]:
        """The numbers of the CPUs that run.  Raises Error."""
        found = sysfs.numbers(f"{self.system}/cpu/online")
        return self.present() if found is None else found

    def socket(self, cpu: int) -> int:
        """The number of a CPU's socket; 0 where the architecture has none."""
        return self._place(cpu, "physical_package_id")

    def die(self, cpu: int) -> int:
        """The number of a CPU's die; 0 where the architecture has none."""
        return self._place(cpu, "die_id")

    def cluster(self, cpu: int) -> int:
        """The number of a CPU's cluster; 0 where the architecture has none."""
        return self._place(cpu, "cluster_id")

    def core(self, cpu: int) -> int:
        """The number of a CPU's core, as its firmware counts."""
        return sysfs.number(f"{self.system}/cpu/cpu{cpu}/topology/core_id") or 0

    def siblings(self, cpu: int) -> set[int]:
        """The threads of a CPU's core, itself among them."""
        found = sysfs.numbers(f"{self.system}/cpu/cpu{cpu}/topology/thread_siblings_list")
        return {cpu} if found is None else found

    def _place(self, cpu: int, name: str) -> int:
        return max(0, sysfs.number(f"{self.system}/cpu/cpu{cpu}/topology/{name}", signed=True) or 0)

    def arrangement(self, arch: str, threads_per_subcore: int = 0) -> Arrangement:
        """How the CPUs are arranged.

        arch                 the host's architecture, as libvirt writes it ("x86_64")
        threads_per_subcore  what KVM says of POWER's split cores; 0 everywhere else

        Raises Error where the kernel shows no CPU at all, or what is none.
        """
        present, online = self.present(), self.online()
        folders = self._node_folders()
        if not folders or any(cpu % threads_per_subcore for cpu in online if threads_per_subcore):
            threads_per_subcore = 0  # no split that KVM could use: threads are counted one by one
        nodes = [
            self._node(folder, arch, present, online, threads_per_subcore) for folder in folders
        ]
        offline = sum(node.offline for node in nodes)
        if not sum(node.cpus for node in nodes):
            folder = f"{self.system}/cpu"
            nodes = [self._node(folder, arch, present, online, threads_per_subcore)]
            offline += nodes[0].offline
        found = Arrangement(
            sum(node.cpus for node in nodes),
            len(nodes),
            *(max(getattr(n, what) for n in nodes) for what in ("sockets", "cores", "threads")),
        )
        for count, what in (
            (found.cpus, "CPUs"),
            (found.sockets, "sockets"),
            (found.threads, "threads"),
        ):
            if not count:
                raise InternalError(f"no {what} found")
        every = found.cpus + offline
        if found.nodes * found.sockets * found.cores * found.threads != every:
            found.nodes, found.sockets, found.cores, found.threads = 1, 1, every, 1
        found.mhz = self._mhz(arch)
        return found

    def _node_folders(self) -> list[str]:
        try:
            names = sorted(os.listdir(f"{self.system}/node"))
        except OSError:
            return []
        return [
            f"{self.system}/node/{name}"
            for name in names
            if name[:4] == "node" and name[4:].isdigit()
        ]

    def _node(
        self, folder: str, arch: str, present: set[int], online: set[int], subcore: int
    ) -> Node:
        """Count one node; its CPUs are the entries of its folder."""
        node = Node()
        names = os.listdir(folder)
        own = {int(name[3:]) for name in names if name[:3] == "cpu" and name[3:].isdigit()}
        cores: dict[int, set[int]] = {}
        for cpu in sorted(own & present):
            if cpu not in online:
                # a thread of a split core is off so that a guest can have it: it counts
                if subcore and cpu % subcore and cpu - cpu % subcore in online:
                    node.cpus += 1
                else:
                    node.offline += 1
                continue
            node.cpus += 1
            core = cpu if arch in ("s390", "s390x") else self.core(cpu)
            cores.setdefault(self.socket(cpu), set()).add(core)
            node.threads = max(node.threads, len(self.siblings(cpu)))
        node.sockets = len(cores)
        node.cores = max((len(of_socket) for of_socket in cores.values()), default=0)
        if subcore:
            node.threads *= subcore
        return node

    def _mhz(self, arch: str) -> int:
        """What /proc/cpuinfo says of the speed; the last CPU's, 0 where it says nothing."""
        prefix = "clock" if arch.startswith("ppc") else _FREQUENCIES.get(arch)
        found = 0
        for name, value in self._facts():
            if name == prefix and (whole := value.partition(".")[0]).isdigit():
                found = int(whole[:10])
        return found

    def signature(self, arch: str) -> str | None:
        """What identifies the kind of CPU; None where libvirt has none for the architecture."""
        if arch not in _SIGNATURES:
            return None
        names, form = _SIGNATURES[arch]
        found: dict[str, str] = {}
        for name, value in self._facts():
            if name in names:
                found.setdefault(name, value)
                if len(found) == len(names):
                    return form.format(*(found[each] for each in names))
        return None

    def facts(self) -> dict[str, str]:
        """What the kernel says of the first CPU, by its names.  Raises InternalError."""
        found: dict[str, str] = {}
        for name, value in self._facts():
            if name in found:
                break
            found[name] = value
        return found

    def _facts(self) -> Iterable[tuple[str, str]]:
        """The lines ``name : value`` of /proc/cpuinfo."""
        try:
            with open(self.cpuinfo, encoding="utf-8", errors="replace") as file:
                for line in file:
                    name, colon, value = line.partition(":")
                    if colon:
                        yield name.strip(), value.strip()
        except OSError as error:
            raise InternalError(f"cannot open {self.cpuinfo}: {error.strerror}") from None

    def times(self, cpu: int | None = None) -> dict[str, int]:
        """What a CPU (None: all together) has spent its time with since the host booted.

        Gives nanoseconds as kernel, user, idle and iowait.  Raises InvalidArgument if there is no
        such CPU, InternalError where the kernel's file cannot be read.
        """
        header = "cpu" if cpu is None else f"cpu{cpu}"
        tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
        try:
            with open(self.stat, encoding="ascii", errors="replace") as file:
                for line in file:
                    words = line.split()
                    if words[:1] == [header] and len(words) > 4:
                        ticks = [int(word) for word in words[1:]] + [0] * 10
                        return {
                            "kernel": (ticks[2] + ticks[5] + ticks[6]) * tick,
                            "user": (ticks[0] + ticks[1]) * tick,
                            "idle": ticks[3] * tick,
                            "iowait": ticks[4] * tick,
                        }
        except OSError as error:
            raise InternalError(f"cannot open {self.stat}: {error.strerror}") from None
        raise InvalidArgument.whole("Invalid cpuNum in virHostCPUGetStatsLinux")
