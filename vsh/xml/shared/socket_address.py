"""Numeric IP addresses as libvirt reads, compares and writes them.

An address is kept as its canonical text.
"""

from __future__ import annotations

from vsh.errors import Error, InternalError, SystemFailure

IPV4, IPV6 = "ipv4", "ipv6"
_BITS = {IPV4: 32, IPV6: 128}
_LONGEST_RANGE = 65535


def canonical(text: str) -> str:
    """The usual form of an address.  Raises SystemFailure with libvirt's text if it is none."""
    import socket

    if text.isascii() and not any(letter.isspace() for letter in text):
        try:
            return socket.inet_ntoa(socket.inet_aton(text))
        except OSError:
            pass
        try:
            return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text))
        except OSError:
            pass
    raise SystemFailure(f"Cannot parse socket address '{text}': Name or service not known")


def is_address(text: str) -> bool:
    """Whether a text is a numeric address."""
    try:
        canonical(text)
    except SystemFailure:
        return False
    return True


def family(address: str) -> str:
    """``ipv4`` or ``ipv6``."""
    return IPV6 if ":" in address else IPV4


def number(address: str) -> int:
    """The address as a number."""
    import socket

    kind = socket.AF_INET6 if ":" in address else socket.AF_INET
    return int.from_bytes(socket.inet_pton(kind, address), "big")


def masked(address: str, prefix: int) -> int:
    """The number of the network that an address is in."""
    bits = _BITS[family(address)]
    rest = max(bits - prefix, 0)  # a longer prefix is somebody else's complaint
    return number(address) >> rest << rest


def mask_bits(netmask: str) -> int:
    """How many ones a netmask starts with; -1 if others follow."""
    bits = f"{number(netmask):032b}"
    ones = len(bits) - len(bits.lstrip("1"))
    return -1 if "1" in bits[ones:] else ones


def prefix_of(address: str, netmask: str | None = None, prefix: int | None = None) -> int:
    """The length of a network's prefix: what is given, or what its class says; -1 for none."""
    if prefix:
        return prefix
    if netmask:
        return mask_bits(netmask)
    if family(address) == IPV6:
        return 64 if number(address) else 0
    value = number(address)
    octet = value >> 24
    if not value:
        return 0
    if octet < 0x80:
        return 8
    if octet < 0xC0:
        return 16
    return 24 if octet < 0xE0 else -1


def range_problem(
    start: str, end: str, network: str | None = None, prefix: int = 0
) -> Error | None:
    """What is wrong with a range of addresses, in a network if one is given."""
    shown = f"{start} - {end}"
    kind = family(start)
    if kind != family(end):
        return InternalError(f"mismatch of address family in range {shown}")
    if network is not None:
        problem = _outside(start, end, network, prefix)
        if problem is not None:
            return problem
    first, last = number(start), number(end)
    if kind == IPV6:
        # the last two bytes count, the others have to be the same
        if first >> 16 != last >> 16:
            return InternalError(f"range {shown} is too large (> 65535)")
        first, last = first & 0xFFFF, last & 0xFFFF
        return InternalError(f"range {shown} start larger than end") if last < first else None
    if last < first:
        return InternalError(f"range {shown} is reversed ")
    if last - first > _LONGEST_RANGE:
        return InternalError(f"range {shown} is too large (> 65535)")
    return None


def _outside(start: str, end: str, network: str, prefix: int) -> Error | None:
    shown = f"{start} - {end}"
    if family(start) != family(network):
        return InternalError(f"mismatch of address family in range {shown} for network {network}")
    bits = _BITS[family(network)]
    if not 0 <= prefix <= bits:
        return InternalError(
            f"bad prefix {prefix} for network {network} when checking range {shown}"
        )
    base = masked(network, prefix)
    if masked(start, prefix) != base or masked(end, prefix) != base:
        return InternalError(f"range {shown} is not entirely within network {network}/{prefix}")
    if bits == 32:
        where = f"range {shown} in network {network}/{prefix}"
        if number(start) == base:
            return InternalError(f"start of {where} is the network address")
        if number(end) == base | ((1 << (bits - prefix)) - 1):
            return InternalError(f"end of {where} is the broadcast address")
    return None
