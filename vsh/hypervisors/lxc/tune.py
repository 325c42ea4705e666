"""How much of the host a container of an LXC configuration gets."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.lxc.sizes import convert_size
from vsh.xml.engine.text import number
from vsh.xml.engine.values import parse_set, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.conf import Conf
    from vsh.xml.domain import Domain

_UNLIMITED = 9007199254740991
_BLOCK = "lxc.cgroup.blkio."
_WEIGHTS = {
    "device_weight": ("weight", "device weight"),
    "throttle.read_bps_device": ("read_bytes", "read_bps_device"),
    "throttle.write_bps_device": ("write_bytes", "write_bps_device"),
    "throttle.read_iops_device": ("read_iops", "read_iops_device"),
    "throttle.write_iops_device": ("write_iops", "write_iops_device"),
}


def read_tuning(domain: Domain, conf: Conf) -> None:
    """Add the limits of memory, CPUs and disks."""
    _memory(domain, conf)
    for name, entry in (
        ("shares", "cpu.shares"), ("quota", "cpu.cfs_quota_us"), ("period", "cpu.cfs_period_us"),
    ):  # fmt: skip
        text = conf.string(f"lxc.cgroup.{entry}")
        if text is not None:
            setattr(domain.cputune, name, _number(text, "failed to parse integer"))
    _sets(domain, conf)
    _disks(domain, conf)


def _number(text: str, words: str) -> int:
    try:
        return number(text)
    except ValueError:
        raise InternalError(f"{words}: '{text}'") from None


def _memory(domain: Domain, conf: Conf) -> None:
    from vsh.xml.domain.tune import MemoryTune

    limits = MemoryTune()
    for name, entry in (
        ("hard_limit", "limit_in_bytes"), ("soft_limit", "soft_limit_in_bytes"),
        ("swap_hard_limit", "memsw.limit_in_bytes"),
    ):  # fmt: skip
        text = conf.string(f"lxc.cgroup.memory.{entry}")
        if text is None:
            continue
        size = convert_size(text) // 1024
        if name == "hard_limit":
            domain.memory = domain.current_memory = size
        if size < _UNLIMITED:
            setattr(limits, name, size)
    domain.memtune = limits


def _sets(domain: Domain, conf: Conf) -> None:
    from vsh.xml.domain.tune import NumaTune

    cpus = conf.string("lxc.cgroup.cpuset.cpus")
    if cpus is not None:
        domain.vcpu_cpuset = show_set(parse_set(cpus)) or None
    nodes = conf.string("lxc.cgroup.cpuset.mems")
    if nodes is not None:
        domain.numatune = [
            NumaTune(mode="strict", placement="static", nodeset=show_set(parse_set(nodes)))
        ]


def _disks(domain: Domain, conf: Conf) -> None:
    from vsh.xml.domain.tune import BlockDevice, BlockTune

    tune = BlockTune()
    weight = conf.string(f"{_BLOCK}weight")
    if weight is not None:
        tune.weight = _number(weight, "failed to parse integer")
    for name, value in conf.lines():
        if not name.startswith(_BLOCK) or name == f"{_BLOCK}weight" or not value:
            continue
        parts = value.replace("\t", " ").split()
        if len(parts) < 2:
            raise InternalError(f"invalid {name} value: '{value}'")
        path = f"/dev/block/{parts[0]}"
        device = next((found for found in tune.devices if found.path == path), None)
        if device is None:
            device = BlockDevice(path=path)
            tune.devices.append(device)
        known = _WEIGHTS.get(name[len(_BLOCK) :])
        if known is not None:
            conf.asked.add(name)
            setattr(device, known[0], _number(parts[1], f"failed to parse {known[1]}"))
    domain.blkiotune = tune
