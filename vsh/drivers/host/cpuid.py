"""What an x86 CPU says of itself: its CPUID instruction, whose answers no kernel filters.

Which leaves there are is said by Intel's manual (Software Developer's Manual, volume 2, CPUID).
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Registers = tuple[int, int, int, int]
    """eax, ebx, ecx, edx"""
    Ask = Callable[[int, int], Registers]
    """CPUID: the registers that it answers with to eax and ecx."""

# void (unsigned eax, unsigned ecx, unsigned answer[4]), as functions are called on x86-64:
#   push rbx; mov r8, rdx; mov eax, edi; mov ecx, esi; cpuid
#   mov [r8], eax; mov [r8+4], ebx; mov [r8+8], ecx; mov [r8+12], edx; pop rbx; ret
_CODE = bytes.fromhex("53 4989d0 89f8 89f1 0fa2 418900 41895804 41894808 4189500c 5b c3")
_EXTENDED = 0x80000000
_FEATURES, _STATES, _MONITORING, _SGX = 0x7, 0xD, 0xF, 0x12


def asking() -> Ask | None:
    """The instruction; None where this is no x86-64, or no process may make code."""
    if os.uname().machine != "x86_64" or struct.calcsize("P") != 8:
        return None
    import ctypes
    import mmap

    try:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except OSError:
        return None
    page.write(_CODE)
    start = ctypes.c_char.from_buffer(page)
    call = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p)
    answer = (ctypes.c_uint32 * 4)()

    def ask(eax: int, ecx: int) -> Registers:
        call(ctypes.addressof(start))(eax, ecx, ctypes.addressof(answer))
        return answer[0], answer[1], answer[2], answer[3]

    return ask


def is_there(ask: Ask, leaf: int, sub: int) -> bool:
    """Whether a CPU has a leaf, basic or extended, and a sub-leaf of it."""
    kind = leaf & _EXTENDED
    if leaf > ask(kind, 0)[0] or leaf & ~_EXTENDED >= 0x40000000:  # hypervisors, other vendors
        return False
    if leaf == _SGX and not ask(_FEATURES, 0)[1] & 1 << 2:
        return False
    if sub == 0 or (leaf == _STATES and sub == 1):
        return True
    most, _, _, resources = ask(leaf, 0)
    return bool(resources >> sub & 1) if leaf == _MONITORING else sub <= most
