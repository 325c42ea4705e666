"""Which devices a control group of the second version may use: a program in the kernel (bpf(2)).

The kernel runs it when a device is opened or made, with the kind, the major and the minor number
of the device: it says 1 for yes and 0 for no.
"""

from __future__ import annotations

import ctypes
import os
import struct

from vsh.errors import OperationUnsupported, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_CALLS = {"x86_64": 321, "aarch64": 280, "riscv64": 280, "ppc64le": 361, "s390x": 351}
_LOAD, _ATTACH = 5, 8
_DEVICE, _OF_DEVICES, _REPLACES = 15, 6, 1
"""BPF_PROG_TYPE_CGROUP_DEVICE, BPF_CGROUP_DEVICE, BPF_F_ALLOW_OVERRIDE."""
_KINDS = {"b": 1, "c": 2}
_WORD = struct.Struct("=BBhi")
# instructions: load a word, and, jump if not equal, move a number, leave
_LDX, _AND, _JNE, _MOV, _EXIT = 0x61, 0x54, 0x55, 0xB7, 0x95


def program(devices: Iterable[tuple[str, int, int]]) -> bytes:
    """The program that lets these devices be used: kind, major, minor (-1: any)."""
    words = [
        _WORD.pack(_LDX, 0x12, 0, 0),  # r2 = what is asked for: kind in its lower half
        _WORD.pack(_AND, 2, 0, 0xFFFF),
        _WORD.pack(_LDX, 0x13, 4, 0),  # r3 = major number
        _WORD.pack(_LDX, 0x14, 8, 0),  # r4 = minor number
    ]
    for kind, major, minor in devices:
        tests = [(2, _KINDS[kind]), (3, major)] + ([(4, minor)] if minor >= 0 else [])
        for place, (register, value) in enumerate(tests):
            words.append(_WORD.pack(_JNE, register, len(tests) - place + 1, value))
        words += [_WORD.pack(_MOV, 0, 0, 1), _WORD.pack(_EXIT, 0, 0, 0)]
    return b"".join([*words, _WORD.pack(_MOV, 0, 0, 0), _WORD.pack(_EXIT, 0, 0, 0)])


def attach(folder: str, devices: Iterable[tuple[str, int, int]]) -> None:
    """Have a group use these devices only, whatever it could use before.

    Raises OperationUnsupported where the kernel has no such programs, SystemFailure.
    """
    code = program(devices)
    instructions, licence = ctypes.create_string_buffer(code, len(code)), ctypes.c_char_p(b"GPL")
    text = ctypes.cast(licence, ctypes.c_void_p).value or 0
    load = struct.pack(
        "=IIQQ", _DEVICE, len(code) // _WORD.size, ctypes.addressof(instructions), text
    )
    loaded = _call(_LOAD, load)
    group = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _call(_ATTACH, struct.pack("=IIII", group, loaded, _OF_DEVICES, _REPLACES))
    finally:
        os.close(group)
        os.close(loaded)


def _call(command: int, attributes: bytes) -> int:
    number = _CALLS.get(os.uname().machine)
    if number is None:
        raise OperationUnsupported("control of devices is not known for this architecture")
    library = ctypes.CDLL(None, use_errno=True)
    given = ctypes.create_string_buffer(attributes.ljust(128, b"\0"), 128)
    found: int = library.syscall(
        ctypes.c_long(number), ctypes.c_int(command), given, ctypes.c_uint(128)
    )
    if found < 0:
        raise SystemFailure(f"failed to load cgroup BPF prog: {os.strerror(ctypes.get_errno())}")
    return found
