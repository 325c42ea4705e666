"""What firmware keeps outside of a guest: <pstore> and <varstore>, on real QEMUs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import newest_libvirtd
import pytest

import vsh
from vsh.drivers.qemu import definitions
from vsh.errors import ConfigUnsupported, OperationInvalid, SystemFailure, XmlDetail
from vsh.words.domain.lifecycle import DomainUndefine

if TYPE_CHECKING:
    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection

_STORE = "<pstore backend='acpi-erst'><size unit='KiB'>64</size>{}</pstore></devices>"


def test_last_words(connection: Connection, root: str, tiny: TinyGuest) -> None:
    """A file is made for them, of the size that was asked for, and outlives the guest."""
    path = Path(root.partition("root=")[2]) / "nvram/tiny_PSTORE.raw"
    domain = connection.domain_define_xml(tiny.xml.replace("</devices>", _STORE.format("")))
    assert f"<path>{path}</path>" in domain.get_xml_desc()
    domain.create()
    assert "<alias name='pstore0'/>" in domain.get_xml_desc()
    assert path.stat().st_size == 64 * 1024
    path.write_bytes(b"\xfe" * (64 * 1024))
    domain.reset()
    domain.destroy()
    domain.undefine()
    assert path.exists()


def test_where_it_cannot_be(connection: Connection, tiny: TinyGuest) -> None:
    placed = _STORE.format("<address type='usb' bus='0' port='1'/>")
    with pytest.raises(ConfigUnsupported, match="ACPI ERST device must reside on a PCI bus"):
        connection.domain_define_xml(tiny.xml.replace("</devices>", placed))


def _keeping(tiny: TinyGuest, emulator: str, template: Path, more: str = "") -> str:
    loader = f"<loader type='rom'>{template.parent}/firmware</loader>"
    start, _, end = tiny.xml.replace("/usr/bin/qemu-system-x86_64", emulator).partition("</os>")
    return f"{start}{loader}<varstore template='{template}'{more}/></os>{end}"


@pytest.mark.libvirtd
def test_variables(root: str, tiny: TinyGuest, tmp_path: Path) -> None:
    """QEMU keeps the firmware's variables in a file that is made of a template."""
    reason = newest_libvirtd.obstacle()
    if reason is not None:
        pytest.skip(reason)
    folder = tmp_path / "root"
    newest_libvirtd.as_root(folder)
    program, template = newest_libvirtd.emulator(tmp_path), tmp_path / "template.json"
    firmware = Path(newest_libvirtd.TREE) / "root/usr/share/seabios/bios-256k.bin"
    (tmp_path / "firmware").write_bytes(firmware.read_bytes())
    kept = folder / "varstore/tiny.json"
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(_keeping(tiny, program, template))
        assert f"path='{kept}'" in domain.get_xml_desc()
        with pytest.raises(SystemFailure, match="Failed to open file"):
            domain.create()
        template.write_text('{"version": 2, "variables": []}')
        domain.create()
        assert json.loads(kept.read_text())["version"] == 2
        domain.destroy()
        with pytest.raises(OperationInvalid, match="Cannot undefine domain with NVRAM/varstore"):
            domain.undefine()
        domain.undefine_flags(DomainUndefine.NVRAM)
    assert not kept.exists()


def test_variables_that_cannot_be_kept(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    program = "/usr/bin/qemu-system-x86_64"
    document = _keeping(tiny, program, tmp_path / "template.json")
    with pytest.raises(ConfigUnsupported, match="uefi-vars device is not supported by this QEMU"):
        connection.domain_define_xml(document)
    flash = document.replace("<loader type='rom'>", "<loader type='pflash' readonly='yes'>")
    with pytest.raises(XmlDetail, match="Only one of NVRAM/varstore can be used"):
        definitions.parsed(flash, lambda program: None)
    written = document.replace("<loader type='rom'>", "<loader type='rom' readonly='no'>")
    with pytest.raises(XmlDetail, match="ROM loader type cannot be used as read/write"):
        definitions.parsed(written, lambda program: None)
