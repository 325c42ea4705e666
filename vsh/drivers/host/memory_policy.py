"""From which nodes of the host a program takes its memory: what it inherits from who starts it.

The kernel keeps a policy for each thread (set_mempolicy(2)); a program that a thread starts begins
with it.  It is no function of the C library's: its number depends on the processor.
"""

from __future__ import annotations

import ctypes
import os
from errno import EINVAL

from vsh.errors import InternalError, OperationUnsupported, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = {
    "x86_64": 238, "i686": 276, "aarch64": 237, "riscv64": 237, "loongarch64": 237,
    "ppc64le": 261, "ppc64": 261, "s390x": 270,
}  # fmt: skip
_DEFAULT, _PREFERRED, _BIND, _INTERLEAVE, _, _PREFERRED_MANY = range(6)
_MODES = {"strict": _BIND, "interleave": _INTERLEAVE, "preferred": _PREFERRED_MANY}


class MemoryPolicy:
    """Programs that are started inside ``with`` take memory from these nodes only, or first.

    mode   "strict", "preferred" or "interleave", as in <numatune>
    nodes  the host's, by number; none: there is no policy

    Raises OperationUnsupported for a processor whose kernel's call is not known here, SystemFailure
    where the kernel refuses it, InternalError for what it is too old for.
    """

    __slots__ = ("_mode", "_nodes")

    def __init__(self, mode: str, nodes: Sequence[int]) -> None:
        self._mode = _MODES[mode]
        self._nodes = nodes

    def __enter__(self) -> None:
        if not self._nodes:
            return
        try:
            _set(self._mode, self._nodes)
        except OSError as error:
            if self._mode != _PREFERRED_MANY or error.errno != EINVAL:
                raise SystemFailure(f"cannot set the memory policy: {error.strerror}") from None
            if len(self._nodes) != 1:  # Linux 5.15 is the first that knows several
                raise InternalError(
                    "NUMA memory tuning in 'preferred' mode only supports single node"
                ) from None
            _set(_PREFERRED, self._nodes)

    def __exit__(self, *raised: object) -> None:
        if self._nodes:
            _set(_DEFAULT, ())


def _set(mode: int, nodes: Sequence[int]) -> None:
    """One request to the kernel.  Raises OSError."""
    machine = os.uname().machine
    if machine not in _NUMBERS:
        raise OperationUnsupported(f"memory policies are not known of hosts with {machine}")
    width = 8 * ctypes.sizeof(ctypes.c_ulong)
    words = max(nodes, default=-1) // width + 1
    mask = (ctypes.c_ulong * max(1, words))()
    for node in nodes:
        mask[node // width] |= 1 << node % width
    # the kernel leaves the last bit of what it is told out
    length = ctypes.c_ulong(words * width + 1 if words else 0)
    library = ctypes.CDLL(None, use_errno=True)
    call = ctypes.c_long(_NUMBERS[machine])
    if library.syscall(call, ctypes.c_int(mode), mask if words else None, length):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
