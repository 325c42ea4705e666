"""How rules of the bridge family know the state of a packet's connection.

A kernel with nf_conntrack_bridge says it there (``Native``).  In others bridges show what is in
their packets to the IP families (br_netfilter), which follow connections: a table there writes the
state into bits of the packet's mark, where the bridge family reads it (``Marks``).  The bits are
taken off again before the packet is the host's own.
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BITS = {
    "new": 1 << 27, "established": 1 << 28, "related": 1 << 29, "invalid": 1 << 30,
    "untracked": 1 << 31,
}  # fmt: skip
_REJECTED = 1 << 26
_STATES = sum(_BITS.values())
_REST, _UNMARKED = 0xFFFFFFFF ^ _STATES, 0xFFFFFFFF ^ _STATES ^ _REJECTED
_SETTING = "/proc/sys/net/bridge/bridge-nf-call-iptables"

# priorities of the base chains: before the kernel gives a packet to the IP families, and after
_BEFORE, _AFTER = -150, 10


class Native:
    """The bridge family knows.

    priority  of the rules that need it, where packets come in
    """

    priority = _BEFORE + 10

    def state(self, names: str) -> str:
        """The condition that a connection is in one of these states."""
        return f"ct state {names} "

    def verdict(self, word: str) -> str:
        """What is done with a packet."""
        return word

    def first(self, way: str) -> Iterator[str]:
        """The rules that come before those on what is in packets."""
        yield from ()

    def table(self, name: str) -> Iterator[str]:
        """What else has to be there, in the words of nft(8)."""
        yield from ()


class Marks(Native):
    """Marks say it.  Raises ConfigUnsupported where bridges show nothing to the IP families."""

    priority = _AFTER

    def __init__(self) -> None:
        try:
            with open(_SETTING, encoding="ascii") as file:
                shown = file.read().strip()
        except OSError:
            shown = "0"
        if shown != "1":
            raise ConfigUnsupported(
                "rules that follow connections need a kernel that does so on bridges "
                "(nf_conntrack_bridge), or net.bridge.bridge-nf-call-iptables = 1 (br_netfilter): "
                "set it with sysctl(8), or give the rules statematch='false'"
            )

    def state(self, names: str) -> str:
        bits = sum(_BITS[name] for name in names.split(","))
        return f"meta mark & 0x{bits:08x} != 0 "

    def verdict(self, word: str) -> str:
        """A bridge of such a kernel cannot answer: the IP families do it for it."""
        return f"meta mark set meta mark | 0x{_REJECTED:08x} accept" if word == "reject" else word

    def first(self, way: str) -> Iterator[str]:
        """The answer to what was rejected goes through."""
        if way == "in":
            yield f"meta mark & 0x{_REJECTED:08x} != 0 accept"

    def table(self, name: str) -> Iterator[str]:
        marked = f"meta mark set meta mark & 0x{_REST:08x}"
        yield f"table inet {name} {{"
        for hook, kind, priority in (
            ("prerouting", "iifkind", -150), ("postrouting", "oifkind", 300),
        ):  # fmt: skip
            yield f"chain {hook} {{ type filter hook {hook} priority {priority};"
            yield from (
                f'meta {kind} "bridge" ct state {state} {marked} | 0x{bit:08x}'
                for state, bit in _BITS.items()
            )
            yield "}"
        for hook in ("input", "forward"):
            yield f"chain {hook} {{ type filter hook {hook} priority 0;"
            yield f"meta mark & 0x{_REJECTED:08x} != 0 reject"
            if hook == "input":
                yield f"meta mark set meta mark & 0x{_UNMARKED:08x}"
            yield "}"
        yield "chain output { type filter hook output priority -150;"
        for kind in ("icmp", "icmpv6"):
            answer = f"{kind} type destination-unreachable ct state related"
            yield f"{answer} meta mark set meta mark | 0x{_REJECTED:08x}"
        yield "}"
        yield "}"
