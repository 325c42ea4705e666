"""What is said of this machine's CPU, by the CPU itself and where it cannot be asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.host import cpuid
from vsh.drivers.qemu.live_cpu import own_cpu

if TYPE_CHECKING:
    from newest_libvirtd import NewestLibvirtd

X86 = pytest.mark.skipif(os.uname().machine != "x86_64", reason="no x86-64 CPU here")
NO_NEW_CODE = """
import ctypes
print(ctypes.CDLL(None).prctl(65, 1, 0, 0, 0))  # PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN
from vsh.drivers.host import cpuid
from vsh.drivers.qemu.live_cpu import own_cpu
print(cpuid.asking() is None)
cpu = own_cpu()
print(cpu.vendor, cpu.signature_family, cpu.signature_model, cpu.signature_stepping)
print(*(feature.name for feature in cpu.features))
"""


@X86
def test_newest_libvirt_says_the_same(newest: NewestLibvirtd) -> None:
    with vsh.connect(newest.uri) as connection:
        told = connection.get_capabilities()
    cpu = own_cpu(newest=True)
    assert cpu.model == re.search("<model>(.*)</model>", told)[1]  # type: ignore[index]
    assert [feature.name for feature in cpu.features] == re.findall("<feature name='(.*)'/>", told)
    assert f"family='{cpu.signature_family}' model='{cpu.signature_model}'" in told


@X86
def test_leaves_beyond_the_last_are_not_there() -> None:
    ask = cpuid.asking()
    assert ask is not None
    basic, extended = ask(0, 0)[0], ask(0x80000000, 0)[0]
    assert cpuid.is_there(ask, basic, 0)
    assert not cpuid.is_there(ask, basic + 1, 0)
    assert cpuid.is_there(ask, extended, 0)
    assert not cpuid.is_there(ask, extended + 1, 0)
    assert not cpuid.is_there(ask, 7, ask(7, 0)[0] + 1)
    assert not cpuid.is_there(ask, 0x40000000, 0)  # those of the hypervisor that we are in
    assert not cpuid.is_there(ask, 0xC0000001, 0)


@X86
def test_where_nobody_may_make_code_the_kernel_is_asked() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_NEW_CODE], check=True, capture_output=True, text=True
    )
    refused, silent, identity, features = done.stdout.splitlines()
    if refused != "0":
        pytest.skip("this kernel has no PR_SET_MDWE")
    assert silent == "True"
    cpu = own_cpu()
    numbers = cpu.signature_family, cpu.signature_model, cpu.signature_stepping
    assert identity == " ".join(map(str, (cpu.vendor, *numbers)))
    assert len(features.split()) > 5
