"""A real QEMU is asked once; what it said is kept; a program that is none is an error."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from vsh.drivers.qemu.probe import Probe, find
from vsh.errors import InternalError, OperationUnsupported

if TYPE_CHECKING:
    from pathlib import Path

QEMU = find("x86_64")


@pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")
def test_asked_once(tmp_path: Path) -> None:
    probe = Probe(str(QEMU), str(tmp_path), kvm=False)
    version = probe("query-version")
    names = {
        each["name"] for each in probe("device-list-properties", {"typename": "virtio-net-pci"})
    }
    assert "mq" in names
    with pytest.raises(OperationUnsupported, match="QEMU refuses 'nonsense'"):
        probe("nonsense")
    probe.close()

    again = Probe(str(QEMU), str(tmp_path), kvm=False)
    assert again("query-version") == version
    with pytest.raises(OperationUnsupported, match="QEMU refuses 'nonsense'"):
        again("nonsense")
    assert again._qemu is None  # nothing was started
    again.close()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(QEMU is None, reason="no qemu-system-x86_64 here")
def test_a_damaged_cache_is_asked_again(tmp_path: Path) -> None:
    probe = Probe(str(QEMU), str(tmp_path), kvm=False)
    version = probe("query-version")
    probe.close()
    [file] = tmp_path.iterdir()
    file.write_text("{")
    again = Probe(str(QEMU), str(tmp_path), kvm=False)
    assert again("query-version") == version
    again.close()


def test_programs_that_are_no_qemu(tmp_path: Path) -> None:
    with pytest.raises(InternalError, match="Failed to probe QEMU binary /no/such: No such file"):
        Probe("/no/such", str(tmp_path), kvm=False)
    probe = Probe(str(shutil.which("true")), str(tmp_path), kvm=False)
    with pytest.raises(InternalError, match="Failed to probe QEMU binary"):
        probe("query-version")
    probe.close()
