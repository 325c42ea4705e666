"""What of a guest's CPU and of what its firmware tells another definition has otherwise."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cpu, CpuFeature
    from vsh.xml.domain.sysinfo import Table

_CPU_TEXTS = ("model", "vendor")
_CPU_COUNTS = ("sockets", "dies", "clusters", "cores", "threads")


def cpu(old: Cpu | None, new: Cpu | None) -> Iterator[str]:
    """libvirt's texts for what differs in <cpu>."""
    if old is None and new is None:
        return
    if old is None or new is None:
        yield "Target CPU does not match source"
        return
    if old.mode != new.mode:
        yield f"Target CPU mode {new.mode} does not match source {old.mode}"
    if (old.check_mode or "default") != (new.check_mode or "default"):
        yield (
            f"Target CPU check {new.check_mode or 'default'} does not match source "
            f"{old.check_mode or 'default'}"
        )
    for name, words in (("model", "model"), ("vendor", "vendor"), ("vendor_id", "vendor id")):
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield f"Target CPU {words} {other or '<null>'} does not match source {one or '<null>'}"
    for name in _CPU_COUNTS:
        one, other = getattr(old, name) or 0, getattr(new, name) or 0
        if one != other:
            yield f"Target CPU {name} {other} does not match source {one}"
    place = [(c.address_mode, c.address_bits, c.address_limit) for c in (old, new)]
    if place[0] != place[1]:
        yield "Target CPU maxphysaddr does not match source"
    yield from _cpu_features(old.features, new.features)
    if (old.cache_level, old.cache_mode) != (new.cache_level, new.cache_mode):
        yield "Target CPU cache does not match source"


def _cpu_features(old: list[CpuFeature], new: list[CpuFeature]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"Target CPU feature count {len(new)} does not match source {len(old)}"
        return
    for one, other in zip(old, new, strict=True):
        if one.name != other.name:
            yield f"Target CPU feature {other.name} does not match source {one.name}"
        elif one.policy != other.policy:
            yield f"Target CPU feature policy {other.policy} does not match source {one.policy}"


_TABLES = (
    ("bios", "BIOS", "Target sysinfo does not match source"),
    ("system", "system", "Target sysinfo does not match source"),
    ("chassis", "chassis", "Target chassis does not match source"),
)


def sysinfo(source: Domain, target: Domain) -> Iterator[str]:
    """libvirt's texts for what differs in <sysinfo>."""
    if len(source.sysinfo) != len(target.sysinfo):
        yield "Target domain count of sysinfo does not match source"
        return
    for old, new in zip(source.sysinfo, target.sysinfo, strict=True):
        if old.type != new.type:
            yield f"Target sysinfo {new.type} does not match source {old.type}"
            continue
        for name, words, missing in _TABLES[:2]:
            yield from _table(getattr(old, name), getattr(new, name), words, missing)
        if len(old.base_boards) != len(new.base_boards):
            yield (
                f"Target sysinfo base board count '{len(new.base_boards)}' does not match source "
                f"'{len(old.base_boards)}'"
            )
        else:
            for one, other in zip(old.base_boards, new.base_boards, strict=True):
                yield from _table(
                    one, other, "base board", "Target base board does not match source"
                )
        name, words, missing = _TABLES[2]
        yield from _table(old.chassis, new.chassis, words, missing)


def _table(old: Table | None, new: Table | None, words: str, missing: str) -> Iterator[str]:
    if old is None or new is None or not old.entries or not new.entries:
        if (old is not None and old.entries) or (new is not None and new.entries):
            yield missing
        return
    for name in old.names:
        one, other = old.get(name), new.get(name)
        values = [entry.value if entry is not None else None for entry in (one, other)]
        if values[0] != values[1]:
            word = {"manufacturer": "vendor"}.get(name, name)
            yield (
                f"Target sysinfo {words} {word} {values[1] or '<null>'} does not match source "
                f"{values[0] or '<null>'}"
            )
