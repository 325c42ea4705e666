"""Limits of a link's traffic, with tc(8): htb in one direction, policing in the other.

Both directions are called as guests see them: what a guest receives leaves the host by its tap, or
by its network's bridge, and what it sends comes in there.  A macvtap is the guest's own end.
"""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.shared.link import Bandwidth, Rate


def limit(link: str, wanted: Bandwidth, *, guests_own: bool = False) -> None:
    """Limit a link's traffic; what limited it before is gone.

    guests_own  the link is the guest's end: what leaves by it, the guest sends

    Raises ConfigUnsupported for a floor, InternalError where the kernel cannot do it.
    """
    clear(link)
    for rate in (*wanted.inbound, *wanted.outbound):
        if rate.floor:
            raise ConfigUnsupported(
                f"bandwidth of '{link}': a floor is not supported by this driver"
            )
    leaving, coming = wanted.inbound, wanted.outbound
    if guests_own:
        leaving, coming = coming, leaving
    if leaving:
        _shape(link, leaving[0])
    if coming:
        _police(link, coming[0])


def clear(link: str) -> None:
    """Take all limits of a link away."""
    for words in (["root"], ["ingress"]):
        programs.run(["tc", "qdisc", "del", "dev", link, *words], check=False)


def _shape(link: str, rate: Rate) -> None:
    """What leaves by a link: an average in KiB/s, for a burst (KiB) a peak."""
    average = f"{rate.average}kbps"
    more = ["ceil", f"{rate.peak}kbps" if rate.peak else average]
    if rate.burst:
        more += ["burst", f"{rate.burst}kb"]
    programs.run(["tc", "qdisc", "add", "dev", link, "root", "handle", "1:", "htb", "default", "1"])
    programs.run(
        ["tc", "class", "add", "dev", link, "parent", "1:", "classid", "1:1",
         "htb", "rate", average, *more, "quantum", str(_quantum(rate))]
    )  # fmt: skip


def _quantum(rate: Rate) -> int:
    """How many bytes are taken at once: a packet at least."""
    return max(1500, min(200_000, (rate.average or 0) * 1024 // 10))


def _police(link: str, rate: Rate) -> None:
    """What comes in by a link: what is above the average is dropped."""
    average = f"{rate.average}kbps"
    burst = f"{rate.burst or rate.average}kb"
    programs.run(["tc", "qdisc", "add", "dev", link, "ingress"])
    programs.run(
        ["tc", "filter", "add", "dev", link, "parent", "ffff:", "protocol", "all", "u32",
         "match", "u32", "0", "0", "police", "rate", average, "burst", burst, "mtu", "64kb",
         "drop", "flowid", ":1"]
    )  # fmt: skip
