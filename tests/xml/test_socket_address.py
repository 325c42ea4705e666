"""Addresses, prefixes and ranges."""

from __future__ import annotations

import pytest

from vsh.errors import SystemFailure
from vsh.xml.shared.socket_address import canonical, mask_bits, prefix_of, range_problem


@pytest.mark.parametrize(
    ("text", "usual"),
    [("10.0.0.1", "10.0.0.1"), ("10.1", "10.0.0.1"), ("2001:DB8:0::1", "2001:db8::1")],
)
def test_canonical(text, usual):
    assert canonical(text) == usual


@pytest.mark.parametrize("text", ["", "x", "1.2.3.4 ", "1.2.3.4.5", "1::2::3", "é"])
def test_what_is_no_address(text):
    with pytest.raises(SystemFailure) as caught:
        canonical(text)
    assert str(caught.value) == (f"Cannot parse socket address '{text}': Name or service not known")


@pytest.mark.parametrize(
    ("given", "length"),
    [
        (("10.0.0.1",), 8),
        (("172.16.0.1",), 16),
        (("192.168.0.1",), 24),
        (("224.0.0.1",), -1),
        (("0.0.0.0",), 0),
        (("2001:db8::1",), 64),
        (("::",), 0),
        (("10.0.0.1", "255.255.0.0"), 16),
        (("10.0.0.1", None, 30), 30),
    ],
)
def test_prefixes(given, length):
    assert prefix_of(*given) == length


def test_netmasks():
    assert mask_bits("255.255.255.0") == 24
    assert mask_bits("255.0.255.0") == -1


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        (("10.0.0.2", "10.0.0.9", "10.0.0.1", 24), None),
        (("10.0.0.2", "::1"), "mismatch of address family in range 10.0.0.2 - ::1"),
        (
            ("::2", "::3", "10.0.0.1", 24),
            "mismatch of address family in range ::2 - ::3 for network 10.0.0.1",
        ),
        (
            ("10.0.0.2", "10.0.0.3", "10.0.0.1", 33),
            "bad prefix 33 for network 10.0.0.1 when checking range 10.0.0.2 - 10.0.0.3",
        ),
        (
            ("10.0.0.0", "10.0.0.3", "10.0.0.1", 24),
            "start of range 10.0.0.0 - 10.0.0.3 in network 10.0.0.1/24 is the network address",
        ),
        (
            ("10.0.0.2", "10.0.0.255", "10.0.0.1", 24),
            "end of range 10.0.0.2 - 10.0.0.255 in network 10.0.0.1/24 is the broadcast address",
        ),
        (("10.0.0.2", "10.1.0.2"), "range 10.0.0.2 - 10.1.0.2 is too large (> 65535)"),
        (("::9", "::2"), "range ::9 - ::2 start larger than end"),
        (("::1:0", "::2:0"), "range ::1:0 - ::2:0 is too large (> 65535)"),
    ],
)
def test_ranges(span, problem):
    found = range_problem(*span)
    assert (None if found is None else str(found)) == (problem and f"internal error: {problem}")
