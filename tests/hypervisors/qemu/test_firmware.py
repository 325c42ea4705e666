"""Which of the firmware that is installed a guest is given, where it keeps its variables."""

from __future__ import annotations

import pytest

from vsh.errors import OperationFailed
from vsh.hypervisors.qemu.firmware import Firmware, choose, installed, settle
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
    assert _chosen("<nvram template='/v'/>", [MEMORY, FLASH]).os.loader == "/code"
    with pytest.raises(OperationFailed, match="that is compatible with the current"):
        _chosen("<nvram template='/own'/>", [MEMORY, FLASH])
    assert _chosen("", [FLASH, MEMORY]).os.varstore is None
    alone = _chosen("", [MEMORY]).os.varstore
    assert alone is not None
    assert alone.template == "/vars.json"
    with pytest.raises(OperationFailed, match="Unable to find 'efi' firmware that is compatible"):
        _chosen("<varstore/>", [FLASH])


def _flash(mode: str, name: str, form: str, *features: str) -> Firmware:
    """Firmware in flash memory, on all PCs, or with SMM on Q35 alone."""
    end = "qcow2" if form == "qcow2" else "raw"
    mapping: dict[str, object] = {
        "device": "flash", "mode": mode, "executable": {"filename": name, "format": form},
    }  # fmt: skip
    if mode == "split":
        mapping["nvram-template"] = {"filename": f"{name}-vars.{end}", "format": form}
    boards = ["pc-q35-*"] if "requires-smm" in features else ["pc-*"]
    return Firmware(
        {
            "interface-types": ["uefi"], "features": [*features], "mapping": mapping,
            "targets": [{"architecture": "x86_64", "machines": boards}],
        }
    )  # fmt: skip


INSTALLED = [
    _flash("split", "/keys", "qcow2", "enrolled-keys", "requires-smm", "secure-boot"),
    _flash("split", "/secure", "raw", "requires-smm", "secure-boot"),
    _flash("split", "/plain", "qcow2", "acpi-s3"),
    _flash("split", "/sleeps", "raw", "acpi-s3", "acpi-s4"),
    _flash("stateless", "/less", "raw"),
    _flash("combined", "/whole", "raw"),
]
_NOT = "Unable to find 'efi' firmware that is compatible with the current configuration"
_STARTS = "type='pflash' readonly='yes'"
CHOICES = [  # part of <os>, board -> the firmware, its variables, which features are written down
    ("", "q35", "/keys qcow2", "qcow2 /nvram/g_VARS.qcow2", "enrolled-keys secure-boot"),
    ("", "i440fx", "/plain qcow2", "qcow2 /nvram/g_VARS.qcow2", ""),
    ("<loader format='raw'/>", "q35", "/secure raw", "raw /nvram/g_VARS.raw", "secure-boot"),
    ("<nvram format='raw'/>", "q35", "/secure raw", "raw /nvram/g_VARS.raw", "secure-boot"),
    ("<nvram>/own</nvram>", "i440fx", "/plain qcow2", "qcow2 /own", ""),
    ("<loader secure='no'/>", "q35", "/plain qcow2", "qcow2 /nvram/g_VARS.qcow2", ""),
    ("<loader stateless='yes'/>", "q35", "/less raw", "", ""),
    ("<loader readonly='no'/>", "q35", "/whole raw", "", ""),
    ("<loader>/sleeps</loader>", "q35", "/sleeps raw", "raw /nvram/g_VARS.raw", ""),
    ("<nvram template='/sleeps-vars.raw'/>", "q35", "/sleeps raw", "raw /nvram/g_VARS.raw", ""),
    ("<loader stateless='yes' readonly='no'/>", "q35", _NOT, "", ""),
    ("<loader type='rom'/>", "q35", _NOT, "", ""),
    ("<loader>/unknown</loader>", "q35", _NOT, "", ""),
]


@pytest.mark.parametrize(
    ("part", "board", "firmware", "variables", "features"), CHOICES, ids=range(len(CHOICES))
)
def test_choice(part: str, board: str, firmware: str, variables: str, features: str) -> None:
    """What libvirt 12.8.0 writes into a new guest's document, with the same descriptions."""
    domain = read(
        f"<domain type='qemu'><name>g</name><os firmware='efi'><type arch='x86_64' "
        f"machine='pc-{board}-10.0'>hvm</type>{part}</os></domain>",
        Domain,
    )
    if firmware == _NOT:
        with pytest.raises(OperationFailed, match=_NOT):
            settle(domain, "/nvram", INSTALLED, new=True)
        return
    settle(domain, "/nvram", INSTALLED, new=True)
    boot = domain.os
    assert f"{boot.loader} {boot.loader_format}" == firmware
    kept = "" if boot.nvram is None else f"{boot.nvram.format} {boot.nvram.path}"
    assert kept == variables
    assert " ".join(each.name for each in boot.features if each.enabled) == features


def test_a_guest_with_its_own_loader() -> None:
    """Its variables start as those of the description that names the loader; others as nothing."""
    text = (
        "<domain type='qemu'><name>g</name><os><type arch='x86_64' machine='pc-q35-10.0'>hvm</type>"
        f"<loader {_STARTS}>{{}}</loader></os></domain>"
    )
    known, strange = (read(text.format(path), Domain) for path in ("/sleeps", "/own.fd"))
    for domain in (known, strange):
        settle(domain, "/nvram", INSTALLED, new=True)
    assert known.os.firmware == "efi"
    assert known.os.nvram is not None
    assert known.os.nvram.template == "/sleeps-vars.raw"
    assert strange.os.firmware is None
    assert strange.os.nvram is not None
    assert (strange.os.nvram.template, strange.os.nvram.path) == (None, "/nvram/g_VARS.fd")


def test_old_guests_have_raw_images() -> None:
    """One that was defined before there was a choice goes on with what it had."""
    domain = read(
        "<domain type='qemu'><name>g</name><os firmware='efi'><type arch='x86_64' "
        "machine='pc-q35-10.0'>hvm</type></os></domain>",
        Domain,
    )
    settle(domain, "/nvram", INSTALLED, new=False)
    assert domain.os.loader == "/secure"


def test_what_is_no_description_is_passed_over() -> None:
    """One bad file does not keep guests from the good ones; an empty one hides its namesake."""
    good = (
        '{"interface-types": ["bios"], "features": [], "targets": [], '
        '"mapping": {"device": "memory", "filename": "/bios"}}'
    )
    found = installed([{"1.json": "{", "2.json": "[]", "3.json": '{"x": 1}', "4.json": good,
                        "5.json": good}, {"5.json": ""}])  # fmt: skip
    assert [each.path for each in found] == ["/bios"]
