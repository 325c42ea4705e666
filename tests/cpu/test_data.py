"""<cpudata>: what a real CPU says of itself."""

from __future__ import annotations

import pytest

from vsh.cpu.data import X86Data, read_data
from vsh.errors import Error, InternalError, NoSupport

DOCUMENT = """<cpudata arch='x86'>
  <cpuid eax_in='0x00000001' ecx_in='0x00000000' eax='0x000306c3' ebx='0x00000000' ecx='0x00000020' edx='0x00000001'/>
  <cpuid eax_in='0x0000000d' ecx_in='0x00000001' eax='0x00000001' ebx='0x00000000' ecx='0x00000000' edx='0x00000000'/>
  <msr index='0x10a' eax='0x00000001' edx='0x00000000'/>
</cpudata>
"""  # noqa: E501 - as it is written


def test_data_is_read_and_written() -> None:
    data = read_data(DOCUMENT)
    assert data.leaves["cpuid", 1, 0] == {"eax": 0x306C3, "ebx": 0, "ecx": 32, "edx": 1}
    assert data.leaves["msr", 0x10A, 0] == {"eax": 1, "edx": 0}
    assert data.format() == DOCUMENT


def test_leaves_come_in_order_and_empty_ones_not_at_all() -> None:
    data = X86Data()
    data.add(("msr", 0x10A, 0), {"eax": 1})
    data.add(("cpuid", 0xD, 1), {"eax": 1})
    data.add(("cpuid", 7, 0), {"eax": 0})
    data.add(("cpuid", 1, 0), {"edx": 1, "ecx": 32})
    data.add(("cpuid", 1, 0), {"eax": 0x306C3})
    assert data.format() == DOCUMENT


def test_a_leaf_may_be_said_in_parts() -> None:
    data = read_data(
        "<cpudata arch='x86'><!-- parts --><alias name='x'/><cpuid eax_in='1' ecx='1'/>"
        "<cpuid eax_in='0x1' ecx='2'/></cpudata>"
    )
    assert data.leaves["cpuid", 1, 0]["ecx"] == 3


@pytest.mark.parametrize(
    ("document", "kind", "words"),
    [
        ("<cpudata/>", InternalError, "missing CPU data architecture"),
        ("<cpudata arch='z80'/>", InternalError, "CPU driver 'z80' does not exist"),
        ("<cpudata arch='arm'/>", NoSupport, "cannot parse arm CPU data"),
        ("<cpudata arch='x86'/>", InternalError, "no x86 CPU data found"),
        ("<cpudata arch='x86'><cpuid/></cpudata>", InternalError, r"Invalid cpuid\[0\]"),
        (
            "<cpudata arch='x86'><cpuid eax_in='1'/><msr index='1' eax='1'/></cpudata>",
            InternalError,
            r"Invalid msr\[1\]",
        ),
        (
            "<cpudata arch='x86'><cpuid eax_in='0x100000000'/></cpudata>",
            InternalError,
            r"Invalid cpuid\[0\]",
        ),
    ],
)
def test_wrong_data(document: str, kind: type[Error], words: str) -> None:
    with pytest.raises(kind, match=words):
        read_data(document)
