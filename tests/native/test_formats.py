"""What all formats share: they are found by their word, and refuse what they do not do."""

from __future__ import annotations

import pytest

from vsh import native
from vsh.errors import InvalidArgument, XmlDetail


def test_formats_are_files() -> None:
    assert native.formats("read") == [
        "bhyve-argv", "lxc-tools", "vmware-vmx", "xen-xl", "xen-xm",
    ]  # fmt: skip
    assert native.formats("write") == ["bhyve-argv", "vmware-vmx", "xen-xl", "xen-xm"]


@pytest.mark.parametrize("word", ["qemu-argv", "", "_conf", "../x", "lxc-tools"])
def test_an_unknown_format(word: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        native.to_native(word, "<domain/>")
    assert str(caught.value) == f"invalid argument: unsupported config type {word}"


def test_a_document_that_is_none() -> None:
    with pytest.raises(XmlDetail):
        native.to_native("vmware-vmx", "<domain")


def test_a_password_is_not_shown() -> None:
    text = (
        'config.version = "8"\nvirtualHW.version = "7"\ndisplayName = "x"\n'
        'RemoteDisplay.vnc.enabled = "true"\nRemoteDisplay.vnc.password = "secret"\n'
    )
    domain = native.from_native("vmware-vmx", text)
    assert domain.graphics[0].passwd == "secret"
    assert "secret" not in domain.format(0)
