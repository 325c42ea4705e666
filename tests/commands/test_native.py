"""domxml-from-native and domxml-to-native: who converts, and what a missing driver means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd

VMX = 'config.version = "8"\nvirtualHW.version = "8"\ndisplayName = "guest"\n'
XML = (
    "<domain type='vmware'><name>guest</name><memory>65536</memory>"
    "<os><type>hvm</type></os></domain>"
)
NOWHERE = "qemu+unix:///system?socket=/proc/nonexistent"


@pytest.fixture
def files(run: Callable[..., Result], tmp_path: Path) -> None:
    """A configuration and a document."""
    (tmp_path / "guest.vmx").write_text(VMX)
    (tmp_path / "guest.xml").write_text(XML)


@pytest.mark.usefixtures("files")
def test_without_a_connection(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    import vsh
    from vsh.errors import NoConnect

    def nobody(*args: object, **options: object) -> None:
        raise NoConnect("here")

    # whether a daemon runs where the default leads is the machine's business
    monkeypatch.setattr(vsh, "connect", nobody)
    read = run("domxml-from-native", "vmware-vmx", "guest.vmx")
    assert (read.status, "<name>guest</name>" in read.out) == (0, True)
    written = run("domxml-to-native", "vmware-vmx", "--xml", "guest.xml")
    assert (written.status, 'displayName = "guest"' in written.out) == (0, True)
    for refused in (
        run("domxml-from-native", "qemu-argv", "guest.vmx"),
        run("domxml-from-native", "vmware-vmx", "guest.vmx", program="virsh"),
        run("domxml-to-native", "vmware-vmx", "--domain", "x"),
    ):
        assert refused.status == 1
        assert "failed to connect to the hypervisor" in refused.err


@pytest.mark.usefixtures("files")
def test_a_place_that_was_named_has_to_answer(run: Callable[..., Result]) -> None:
    result = run("-c", NOWHERE, "domxml-from-native", "vmware-vmx", "guest.vmx")
    assert result.status == 1
    assert "failed to connect to the hypervisor" in result.err


@pytest.mark.libvirtd
@pytest.mark.usefixtures("files")
def test_a_daemon_whose_driver_has_another_format(
    run: Callable[..., Result], libvirtd: PrivateLibvirtd
) -> None:
    uri = libvirtd.uri
    read = run("-c", uri, "domxml-from-native", "vmware-vmx", "guest.vmx")
    assert (read.status, "<name>guest</name>" in read.out) == (0, True)
    written = run("-c", uri, "domxml-to-native", "vmware-vmx", "--xml", "guest.xml")
    assert (written.status, 'displayName = "guest"' in written.out) == (0, True)
    refused = run(
        "-c", uri, "domxml-to-native", "vmware-vmx", "--xml", "guest.xml", program="virsh"
    )
    assert refused.status == 1
    assert "unsupported config type" in refused.err
