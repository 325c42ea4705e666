"""What all formats share: they are found by their word, and refuse what they do not do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.errors import Error, InvalidArgument, XmlDetail
from vsh.hypervisors import native


def test_formats_are_files() -> None:
    assert native.formats("read") == [
        "bhyve-argv", "lxc-tools", "vmware-vmx", "xen-xl", "xen-xm",
    ]  # fmt: skip
    assert native.formats("write") == [
        "bhyve-argv", "qemu-argv", "vmware-vmx", "xen-xl", "xen-xm",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["qemu-xl", "", "_conf", "../x", "lxc-tools"])
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


LINES = {
    "bhyve-argv": ("/usr/sbin/bhyve", ("-s 1,", "-s 2,fbuf,", "-l com1,", "-m ", "-c ", "-U ", "")),
    "lxc-tools": (
        "lxc.utsname = x\nlxc.rootfs = /x\n",
        ("lxc.mount.entry = ", "lxc.net.0.", "lxc.idmap = ", "lxc.cgroup.blkio.x = ", "lxc.tty = "),
    ),
    "vmware-vmx": (
        'config.version = "8"\nvirtualHW.version = "8"\nide0:0.present = "true"\n',
        ("ide0:0.fileName = ", "ethernet0.present = ", "sched.cpu.affinity = ", "annotation = "),
    ),
    "xen-xl": (
        'name = "x"\nbuilder = "hvm"\n',
        (
            "disk = ",
            "vif = ",
            "pci = ",
            "serial = ",
            "vnuma = ",
            "cpuid = ",
            "channel = ",
            "cpus = ",
        ),
    ),
    "xen-xm": ('name = "x"\n', ("disk = ", "vfb = ", "pci = ", "vif = ", "memory = ", "uuid = ")),
}
WORDS = st.text("ab01 ,:=.-/@\\[]\"'xé²\n", max_size=12)


@given(st.data(), st.sampled_from(sorted(LINES)))
def test_nonsense_is_read_or_refused(data: st.DataObject, word: str) -> None:
    start, heads = LINES[word]
    text = start
    for _ in range(data.draw(st.integers(1, 4))):
        value = data.draw(WORDS)
        shown = data.draw(st.sampled_from(["{}", '"{}"', '[ "{}" ]', '[ [ "{}" ] ]']))
        gap = " " if word == "bhyve-argv" else ""
        text += gap + data.draw(st.sampled_from(heads)) + shown.format(value) + gap
        text += "" if gap else "\n"
    try:
        assert native.from_native(word, text).format().startswith("<domain")
    except Error as error:
        assert str(error)
