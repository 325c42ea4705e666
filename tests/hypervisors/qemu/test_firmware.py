"""Which of the firmware that is installed a guest is given, where it keeps its variables."""

from __future__ import annotations

import pytest

from vsh.errors import OperationFailed
from vsh.hypervisors.qemu.firmware import Firmware, choose
from vsh.xml.domain import Domain
from vsh.xml.engine.reader import read

_TARGETS = [{"architecture": "x86_64", "machines": ["pc-q35-*"]}]


def _described(mapping: dict[str, object]) -> Firmware:
    return Firmware(
        {
            "interface-types": ["uefi"], "features": [], "targets": _TARGETS, "mapping": mapping,
        }
    )  # fmt: skip


FLASH = _described(
    {"device": "flash", "executable": {"filename": "/code"}, "nvram-template": {"filename": "/v"}}
)
MEMORY = _described(
    {"device": "memory", "filename": "/whole", "uefi-vars": {"template": "/vars.json"}}
)


def _chosen(words: str, firmwares: list[Firmware]) -> Domain:
    domain = read(
        "<domain type='qemu'><name>g</name><os firmware='efi'>"
        f"<type arch='x86_64' machine='pc-q35-10.0'>hvm</type>{words}</os></domain>",
        Domain,
    )
    choose(domain, firmwares, "/root/nvram")
    return domain


def test_variables_with_qemu() -> None:
    """A guest with a <varstore> has firmware whose variables QEMU keeps."""
    boot = _chosen("<varstore/>", [FLASH, MEMORY]).os
    assert (boot.loader, boot.loader_type, boot.nvram) == ("/whole", "rom", None)
    assert boot.varstore is not None
    assert (boot.varstore.template, boot.varstore.path) == ("/vars.json", "/root/varstore/g.json")


def test_variables_in_flash() -> None:
    """A guest with <nvram> has firmware in flash memory; others have what comes first."""
    assert _chosen("<nvram template='/own'/>", [MEMORY, FLASH]).os.loader == "/code"
    assert _chosen("", [FLASH, MEMORY]).os.varstore is None
    alone = _chosen("", [MEMORY]).os.varstore
    assert alone is not None
    assert alone.template == "/vars.json"
    with pytest.raises(OperationFailed, match="Unable to find any firmware to satisfy 'efi'"):
        _chosen("<varstore/>", [FLASH])
