"""Whether a kernel runs s390's protected guests, told by a folder that stands for such a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.drivers.host.kvm import runs_protected_guests

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("root=/dev/dasda1 prot_virt=1\n", True),
        ("prot_virt=yes quiet\n", True),
        ("prot_virt=0 prot_virt=1\n", False),
        ("prot_virt=off\n", False),
        ("quiet\n", False),
    ],
)
def test_the_kernel_is_told(tmp_path: Path, line: str, runs: bool) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cmdline").write_text(line)
    assert not runs_protected_guests(str(tmp_path))  # the hardware has no such thing
    (tmp_path / "sys/firmware/uv").mkdir(parents=True)
    assert runs_protected_guests(str(tmp_path)) == runs
