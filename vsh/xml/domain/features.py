"""<features>: what the hypervisor offers the guest."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Present, Switch, Text
from vsh.xml.engine.node import LAST
from vsh.xml.engine.structure import Child, Custom, Customs
from vsh.xml.engine.values import Scaled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

CAPABILITIES = (
    "audit_control", "audit_write", "block_suspend", "chown", "dac_override", "dac_read_search",
    "fowner", "fsetid", "ipc_lock", "ipc_owner", "kill", "lease", "linux_immutable", "mac_admin",
    "mac_override", "mknod", "net_admin", "net_bind_service", "net_broadcast", "net_raw", "setgid",
    "setfcap", "setpcap", "setuid", "sys_admin", "sys_boot", "sys_chroot", "sys_module", "sys_nice",
    "sys_pacct", "sys_ptrace", "sys_rawio", "sys_resource", "sys_time", "sys_tty_config", "syslog",
    "wake_alarm",
)  # fmt: skip


def _skip(value: object, out: list[str], level: int, flags: int) -> None:
    return None


def reject(text: str) -> Customs[object]:
    """A field for elements that are not known: an error."""

    def read(element: _Element, reading: Reading) -> None:
        if element.tag.__class__ is str:
            raise ConfigUnsupported(f"{text}{element.tag}{text and _closing(text)}")

    return Customs("*", read, _skip)


def _closing(text: str) -> str:
    return "'" if text.endswith("'") else ""


def implied(tag: str) -> Custom[bool]:
    """A feature whose element without ``state`` means on."""

    def read(element: _Element, reading: Reading) -> bool:
        text = element.get("state", "on")
        if text not in ("on", "off"):
            raise XmlError(f"Invalid value for attribute 'state' in element '{tag}': '{text}'.")
        return bool(text == "on")

    def write(value: bool, out: list[str], level: int, flags: int) -> None:
        out.append(f"{'  ' * level}<{tag} state='{'on' if value else 'off'}'/>\n")

    return Custom(tag, read, write)


def stated(tag: str) -> Switch:
    """A feature whose ``state`` has to be given."""
    return Switch(f"{tag}/@state", required=True)


class Tlb(Element, tag="tlbflush"):
    """Flushing of TLBs by the hypervisor."""

    state = Switch("@state", required=True, needed=False)
    direct = Switch("direct/@state", required=True, skip=False, when=lambda s: s.state)
    extended = Switch("extended/@state", required=True, skip=False, when=lambda s: s.state)
    others = reject("unsupported Hyper-V tlbflush feature: ")


class Stimer(Element, tag="stimer"):
    """Synthetic timers."""

    state = Switch("@state", required=True, needed=False)
    direct = Switch("direct/@state", required=True, skip=False, when=lambda s: s.state)
    others = reject("unsupported Hyper-V stimer feature: ")


class Hyperv(Element, tag="hyperv"):
    """What a guest that knows Hyper-V may use."""

    in_parts = True
    repeated = LAST

    mode = Choice[str]("@mode", ("custom", "passthrough", "host-model"), default="custom")
    relaxed = stated("relaxed")
    vapic = stated("vapic")
    spinlocks = stated("spinlocks")
    spinlocks_retries = Int("spinlocks/@retries", base=0, when=lambda h: h.spinlocks)
    vpindex = stated("vpindex")
    runtime = stated("runtime")
    synic = stated("synic")
    stimer = Child(Stimer, "stimer")
    reset = stated("reset")
    vendor_id = stated("vendor_id")
    vendor_id_value = Text("vendor_id/@value", when=lambda h: h.vendor_id)
    frequencies = stated("frequencies")
    reenlightenment = stated("reenlightenment")
    tlbflush = Child(Tlb, "tlbflush")
    ipi = stated("ipi")
    evmcs = stated("evmcs")
    avic = stated("avic")
    emsr_bitmap = stated("emsr_bitmap")
    xmm_input = stated("xmm_input")
    others = reject("unsupported HyperV Enlightenment feature: ")

    def parsed(self, reading: Reading) -> Found:
        if self.mode == "passthrough":
            for name in self.fields:
                if name != "mode":
                    self.drop(name)
            return
        if self.spinlocks and self.spinlocks_retries is not None and self.spinlocks_retries < 0xFFF:
            yield XmlError("HyperV spinlock retry count must be at least 4095")
        if self.vendor_id:
            if self.vendor_id_value is None:
                yield XmlError("missing 'value' attribute for HyperV feature 'vendor_id'")
            elif len(self.vendor_id_value) > 12:
                yield XmlError("HyperV vendor_id value must not be more than 12 characters.")
            elif "," in self.vendor_id_value:
                yield XmlError("HyperV vendor_id value is invalid")


class Kvm(Element, tag="kvm"):
    """What KVM tells the guest."""

    in_parts = True
    repeated = LAST
    open = (".",)

    hidden = stated("hidden")
    hint_dedicated = stated("hint-dedicated")
    poll_control = stated("poll-control")
    pv_ipi = stated("pv-ipi")
    dirty_ring = stated("dirty-ring")
    dirty_ring_size = Int("dirty-ring/@size", base=0, skip=0, when=lambda k: k.dirty_ring)
    others = reject("unsupported KVM feature: ")

    def parsed(self, reading: Reading) -> Found:
        if self.dirty_ring:
            size = self.dirty_ring_size
            if size is None:
                yield XmlError("Missing required attribute 'size' in element 'dirty-ring'")
            elif not 1024 <= size <= 65536 or size & (size - 1):
                yield XmlError("dirty ring must be power of 2 and ranges [1024, 65536]")


class Xen(Element, tag="xen"):
    """What Xen tells the guest."""

    in_parts = True
    repeated = LAST
    open = (".",)

    e820_host = stated("e820_host")
    passthrough = stated("passthrough")
    passthrough_mode = Choice(
        "passthrough/@mode", ("sync_pt", "share_pt"), when=lambda x: x.passthrough
    )
    others = reject("unsupported Xen feature: ")


class Capabilities(Element, tag="capabilities"):
    """What processes in a container may do."""

    in_parts = True
    repeated = LAST

    omit_empty = True

    policy = Choice[str]("@policy", ("default", "allow", "deny"), default="default")
    for _name in CAPABILITIES:
        vars()[_name] = implied(_name)
    del _name
    others = reject("unexpected capability feature '")

    def view(self, flags: int) -> Capabilities | None:
        """Nothing where it says nothing."""
        return (
            self
            if len([name for name, _ in self.values()]) > 1 or self.policy != "default"
            else None
        )


SIZE = Scaled("tseg", unit="", step=1, bare=1024 * 1024, xpath="string(./features/smm/tseg)")


class Smm(Element, tag="smm"):
    """System management mode."""

    state = Switch("@state", default=True)
    tseg = SIZE

    def parsed(self, reading: Reading) -> Found:
        if not self.state:
            self.drop("tseg")
        return ()


def _write_smm(value: Smm, out: list[str], level: int, flags: int) -> None:
    pad = "  " * level
    state = "on" if value.state else "off"
    if value.tseg is None:
        out.append(f"{pad}<smm state='{state}'/>\n")
        return
    size, unit = pretty(value.tseg)
    out.append(
        f"{pad}<smm state='{state}'>\n{pad}  <tseg unit='{unit}'>{size}</tseg>\n{pad}</smm>\n"
    )


def pretty(value: int) -> tuple[int, str]:
    """A size in the largest unit that leaves it whole."""
    unit = "B"
    for larger in ("KiB", "MiB", "GiB", "TiB", "PiB", "EiB"):
        if not value or value % 1024:
            break
        value //= 1024
        unit = larger
    return value, unit


def _read_smm(element: _Element, reading: Reading) -> Smm:
    """What the last element says, but for the size, which is the first that is given."""
    from vsh.xml.engine.reader import read_element, text_of

    found = read_element(element, Smm, reading)
    whole = element.getparent()
    first = whole.find("smm/tseg") if whole is not None else None
    if found.state and first is not None and first.getparent() is not element:
        found.drop("tseg")
        found.tseg = SIZE.parse_text(first, text_of(first))
    return found


def _read_gic(element: _Element, reading: Reading) -> str:
    version: str | None = element.get("version")
    if version is not None and version not in ("2", "3", "host"):
        raise XmlError(f"Invalid value for attribute 'version' in element 'gic': '{version}'.")
    return version or ""


def _write_gic(value: str, out: list[str], level: int, flags: int) -> None:
    text = f" version='{value}'" if value else ""
    out.append(f"{'  ' * level}<gic{text}/>\n")


def _read_teardown(element: _Element, reading: Reading) -> bool:
    text = element.get("enabled", "yes")
    if text not in ("yes", "no"):
        raise XmlError(
            f"Invalid value for attribute 'enabled' in element 'async-teardown': '{text}'."
        )
    return bool(text == "yes")


def _write_teardown(value: bool, out: list[str], level: int, flags: int) -> None:
    out.append(f"{'  ' * level}<async-teardown enabled='{'yes' if value else 'no'}'/>\n")


WORKAROUNDS = ("broken", "workaround", "fixed")


class Features(Element, tag="features"):
    """The features of a domain."""

    in_parts = True
    repeated = LAST

    omit_empty = True

    acpi = Present("acpi")
    apic = Present("apic")
    apic_eoi = Switch("apic/@eoi")
    pae = Present("pae")
    hap = implied("hap")
    viridian = Present("viridian")
    privnet = Present("privnet")
    hyperv = Child(Hyperv, "hyperv")
    kvm = Child(Kvm, "kvm")
    pvspinlock = implied("pvspinlock")
    capabilities = Child(Capabilities, "capabilities")
    pmu = implied("pmu")
    vmport = implied("vmport")
    gic = Custom("gic", _read_gic, _write_gic)
    smm = Custom("smm", _read_smm, _write_smm)
    ioapic = Choice("ioapic/@driver", ("qemu", "kvm"))
    hpt_resizing = Choice("hpt/@resizing", ("enabled", "disabled", "required"))
    hpt_maxpagesize = Scaled(
        "hpt/maxpagesize",
        zero=False,
        wrong=(ConfigUnsupported, "Unable to parse HPT maxpagesize setting"),
    )
    vmcoreinfo = implied("vmcoreinfo")
    htm = stated("htm")
    nested_hv = stated("nested-hv")
    msrs = Choice("msrs/@unknown", ("ignore", "fault"), required=True)
    ccf_assist = stated("ccf-assist")
    xen = Child(Xen, "xen")
    cfpc = Choice("cfpc/@value", WORKAROUNDS)
    sbbc = Choice("sbbc/@value", WORKAROUNDS)
    ibs = Choice("ibs/@value", ("broken", "workaround", "fixed-ibs", "fixed-ccd", "fixed-na"))
    tb_cache = Scaled("tcg/tb-cache", zero=False, xpath="./tb-cache")
    async_teardown = Custom("async-teardown", _read_teardown, _write_teardown)
    ras = stated("ras")
    ps2 = stated("ps2")
    aia = Choice("aia/@value", ("none", "aplic", "aplic-imsic"))
    virtualization = Present("virtualization")
    others = reject("unexpected feature '")
