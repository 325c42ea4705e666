"""What a configuration says and a document does not: each part is named, in every format."""

from __future__ import annotations

import pytest

from vsh.hypervisors import native

VMX = 'config.version = "8"\nvirtualHW.version = "19"\ndisplayName = "x"\n'
XEN = 'name = "x"\n'
LXC = "lxc.uts.name = x\nlxc.rootfs.path = /x\n"
BHYVE = "/usr/sbin/bhyve -c 1 -m 512 -A -H -P -s 0:0,hostbridge "


@pytest.mark.parametrize(
    ("word", "text", "left"),
    [
        ("vmware-vmx", VMX, []),
        (
            "vmware-vmx",
            VMX + 'usb.present = "TRUE"\nusb.pciSlotNumber = "34"\nsound.present = "FALSE"\n'
            'sound.virtualDev = "hdaudio"\nbios.bootOrder = "cdrom"\ntools.syncTime = "TRUE"\n',
            ["usb", "bios.bootOrder"],
        ),
        # a controller that was never switched on has no disks; one that is has what is not read
        (
            "vmware-vmx",
            VMX + 'nvme1:0.present = "TRUE"\nnvme1:0.fileName = "a.vmdk"\nnvme0.present = "TRUE"\n'
            'nvme0:0.present = "TRUE"\nnvme0:0.fileName = "b.vmdk"\nnvme0:0.shares = "high"\n'
            'nvme0:20.present = "TRUE"\n',
            ["nvme0:0.shares", "nvme0:20"],
        ),
        ("vmware-vmx", VMX + 'pciPassthru0.present = "TRUE"\npciPassthru0.id = "1"\n',
         ["pciPassthru0"]),
        ("xen-xl", XEN + "pae = 1\nsdl = 0\n", []),
        (
            "xen-xl",
            XEN + 'vtpm = [ "backend=t" ]\nvif = [ "bridge=b,backend=n,devid=3" ]\n'
            'disk = [ "format=raw,vdev=xvda,script=s,target=/a" ]\n',
            ["vtpm", "vif: backend=n", "vif: devid=3", "disk: script=s"],
        ),
        (
            "xen-xm",
            XEN + 'builder = "hvm"\nkernel = "k"\nusbdevice = "host:1.2"\ndisk = [ "phy:/a" ]\n'
            'nics = 2\n',
            ["nics", "disk: phy:/a", "usbdevice: host:1.2"],
        ),
        ("lxc-tools", LXC + "lxc.autodev = 1\nlxc.tty.max = 2\n", []),
        (
            "lxc-tools",
            LXC + "lxc.include = /a\nlxc.cgroup.blkio.weird = 8:0 1\nlxc.arch = vax\n",
            ["lxc.include", "lxc.cgroup.blkio.weird", "lxc.arch: vax"],
        ),
        ("bhyve-argv", BHYVE + "guest\n", []),
        (
            "bhyve-argv",
            BHYVE + "-W -l bootrom,/fw -s 3:0,ahci-hd,/a,nocache -s 4:0,passthru,1/0/0 guest\n",
            ["-W", "-l bootrom,/fw", "-s ahci-hd,/a: nocache", "-s 4:0,passthru,1/0/0"],
        ),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_named(word: str, text: str, left: list[str]) -> None:
    unread: list[str] = []
    native.from_native(word, text, unread)
    assert unread == left


def test_the_command_warns(run, tmp_path) -> None:
    (tmp_path / "in.vmx").write_text(VMX + 'usb.present = "TRUE"\n')
    done = run("domxml-from-native", "vmware-vmx", "in.vmx")
    assert done.status == 0
    assert "<name>x</name>" in done.out
    assert done.err == "warning: vmware-vmx: not understood, and not in the document: usb\n"


@pytest.mark.parametrize("word", ["xen-xl", "xen-xm"])
def test_a_target_that_counts_to_millions(word: str) -> None:
    """Every name of a disk has a number, and all controllers below it exist."""
    from vsh.errors import ConfigUnsupported

    text = XEN + 'builder = "hvm"\nkernel = "k"\ndisk = [ "phy:/dev/a,{},r" ]\n'
    with pytest.raises(ConfigUnsupported) as caught:
        native.from_native(word, text.format("hdcdrom"))
    assert caught.value.message.endswith("ide controller index '363450' of a disk is too large")
    domain = native.from_native(word, text.format("hdaz"))
    assert [c.index for c in domain.controllers if c.type == "ide"] == list(range(13))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("lxc-tools", LXC + "lxc.net.0.type = phys\nlxc.net.0.ipv4.address = 1.2.3.\udcff/24\n"),
        ("lxc-tools", LXC + "lxc.idmap = u 0 1 " + "9" * 5000 + "\n"),
        ("vmware-vmx", VMX + '.encoding = "\udcff"\n'),
        ("vmware-vmx", VMX + "ethernet" + "9" * 5000 + '.present = "TRUE"\n'),
        ("xen-xl", XEN + "memory = " + "9" * 5000 + "\n"),
        ("bhyve-argv", "/usr/sbin/bhyve -m " + "9" * 5000 + " guest"),
    ],
)
def test_what_is_no_text_or_too_long_is_an_error(word: str, text: str) -> None:
    from vsh.errors import Error

    with pytest.raises(Error) as caught:
        native.from_native(word, text)
    assert caught.value.message


def test_arguments_that_are_no_text_stay_as_they_are() -> None:
    domain = native.from_native("xen-xl", XEN + 'device_model_args = [ "-a", "\udcff\x01" ]\n')
    assert [child.attributes for child in domain.extensions[0].children] == [
        (("value", "-a"),), (("value", "\udcff\x01"),),
    ]  # fmt: skip
