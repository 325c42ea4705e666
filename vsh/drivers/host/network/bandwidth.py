"""Limits of a link's traffic: tc(8)'s htb in one direction, nft(8)'s dropping in the other.

Both directions are called as guests see them: what a guest receives leaves the host by its tap, or
by its network's bridge, and what it sends comes in there.  A macvtap is the guest's own end.

What comes in is limited by a table of the link's own, in the netdev family: a kernel has that
wherever it has a firewall, while tc's policing is often left out.
"""

from __future__ import annotations

from vsh.drivers.host import programs
from vsh.drivers.host.netlink import exists
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.xml.shared.link import Bandwidth, Rate

_TABLE = "vsh_limit_"
_REST, FIRST = 2, 3
"""The class of all that has no guarantee, and the first of those that have one."""


class Guarantee:
    """What one guest of a network is sure to receive.

    number  its class
    mac     the guest's card
    floor   in KiB/s
    """

    __slots__ = ("floor", "mac", "number")

    def __init__(self, number: int, mac: str, floor: int) -> None:
        self.number = number
        self.mac = mac
        self.floor = floor


def limit(
    link: str,
    wanted: Bandwidth,
    *,
    guests_own: bool = False,
    guarantees: Iterable[Guarantee] | None = None,
) -> None:
    """Limit a link's traffic; what limited it before is gone.

    guests_own  the link is the guest's end: what leaves by it, the guest sends
    guarantees  of guests behind a network's bridge; None: the link is no such bridge

    Raises InternalError where there is no such link or the kernel cannot do it.
    """
    if not exists(link):  # nft(8) takes the name of one that may come yet
        raise InternalError(f'Cannot limit traffic: Cannot find device "{link}"')
    leaving, coming = wanted.inbound, wanted.outbound
    if guests_own:
        leaving, coming = coming, leaving
    if leaving and leaving[0].average:
        _shape(link, leaving[0], guarantees)
    else:
        _unshape(link)
    if coming:
        _drop(link, coming[0])
    else:
        _undrop(link)


def clear(link: str) -> None:
    """Take all limits of a link away, whether it is still there or not."""
    _unshape(link)
    _undrop(link)


def clear_lost() -> None:
    """Take away the limits of links that have gone with a process that was killed."""
    import json

    answer = programs.run(["nft", "-j", "list", "tables", "netdev"], check=False)
    for item in [] if answer is None else json.loads(answer)["nftables"]:
        name = item.get("table", {}).get("name", "")
        if name.startswith(_TABLE) and not exists(name.removeprefix(_TABLE)):
            programs.run(["nft", "delete", "table", "netdev", name], check=False)


def _unshape(link: str) -> None:
    programs.run(["tc", "qdisc", "del", "dev", link, "root"], check=False)


def _undrop(link: str) -> None:
    table = f"netdev {_TABLE}{link}"
    programs.run(["nft", "-f", "-"], f"add table {table}\ndelete table {table}\n", check=False)


def _shape(link: str, rate: Rate, guarantees: Iterable[Guarantee] | None) -> None:
    """What leaves by a link: an average in KiB/s, for a burst (KiB) a peak.

    All of it is one run of tc(8), whose first line takes the place of whatever was there.
    """
    lines = [
        f"qdisc replace dev {link} root handle 9: pfifo",
        f"qdisc replace dev {link} root handle 1: htb default {1 if guarantees is None else _REST}",
    ]
    if guarantees is None:
        lines.append(_class(link, "1:", 1, rate, rate.average or 0))
    else:
        lines += _shared(link, rate, list(guarantees))
    programs.run(["tc", "-batch", "-"], "\n".join(lines) + "\n")


def _shared(link: str, rate: Rate, guarantees: list[Guarantee]) -> Iterator[str]:
    """One class for all that leaves, below it one for each guarantee, and one for the rest."""
    yield _class(link, "1:", 1, rate, rate.average or 0, burst=False)
    rest = (rate.peak if guarantees and rate.peak else rate.average) or 0
    rest -= sum(each.floor for each in guarantees)
    yield _class(link, "1:1", _REST, rate, max(rest, 1))
    for each in guarantees:
        yield _class(link, "1:1", each.number, rate, each.floor, burst=False)
        raw = each.mac.replace(":", "")
        yield (
            f"filter add dev {link} parent 1: protocol all prio {each.number} u32 "
            f"match u16 0x{raw[:4]} 0xffff at -14 match u32 0x{raw[4:]} 0xffffffff at -12 "
            f"flowid 1:{each.number:x}"
        )


def _class(link: str, parent: str, number: int, of: Rate, rate: int, *, burst: bool = True) -> str:
    """A class that is sure of a rate, and has what others leave up to the peak of the whole."""
    more = f" burst {of.burst}kb" if of.burst and burst else ""
    return (
        f"class add dev {link} parent {parent} classid 1:{number:x} htb rate {rate}kbps "
        f"ceil {of.peak or of.average}kbps{more} quantum {_quantum(rate)}"
    )


def _quantum(rate: int) -> int:
    """How many bytes are taken at once: a packet at least."""
    return max(1500, min(200_000, rate * 1024 // 10))


def _drop(link: str, rate: Rate) -> None:
    """What comes in by a link: what is above the average is dropped."""
    table = f"netdev {_TABLE}{link}"
    burst = rate.burst or rate.average
    above = f"limit rate over {rate.average} kbytes/second burst {burst} kbytes"
    lines = (
        f"add table {table}",
        f"delete table {table}",
        f"add table {table}",
        f'add chain {table} from {{ type filter hook ingress device "{link}" priority 0; }}',
        f"add rule {table} from {above} drop",
    )
    programs.run(["nft", "-f", "-"], "\n".join(lines) + "\n")
