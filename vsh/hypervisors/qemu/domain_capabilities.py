"""<domainCapabilities>: what guests of one program, board and kind can have, by QEMU's own answers.

Words stand in the order of libvirt's enumerations.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from vsh.cpu import expand_features, is_supported, models, vendor_of_model
from vsh.hypervisors.qemu.cpu_names import newer_models
from vsh.hypervisors.qemu.host_cpu import host_cpu, usable_models
from vsh.hypervisors.qemu.machine import has_builtin_ide, is_arm_virt, is_pseries
from vsh.xml.domain import Domain
from vsh.xml.domain.os import Os
from vsh.xml.host.domain_capabilities import (
    CpuFeature,
    CpuMode,
    CpuModel,
    DomainCapabilities,
    HypervisorFeatures,
    Offer,
    SgxSection,
    Value,
    Words,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.hypervisors.qemu.firmware import Firmware

LOADERS = (
    "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_CODE.secboot.fd",
    "/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF32_CODE.fd",
)  # fmt: skip
"""Firmware that is known without descriptions; only what is there is told."""
_VIDEO = (
    ("vga", ("VGA",)), ("cirrus", ("cirrus-vga",)), ("vmvga", ("vmware-svga",)),
    ("qxl", ("qxl",)), ("virtio", ("virtio-gpu-pci", "virtio-gpu-device", "virtio-gpu-ccw")),
    ("none", ()), ("bochs", ("bochs-display",)), ("ramfb", ("ramfb",)),
)  # fmt: skip
_USB = (
    "piix3-usb-uhci", "piix4-usb-uhci", "usb-ehci", "ich9-usb-ehci1", "vt82c686b-usb-uhci",
    "pci-ohci", "nec-usb-xhci", "qemu-xhci",
)  # fmt: skip
_CONSOLES = ("null", "vc", "pty", "dev", "file", "pipe", "stdio", "udp", "tcp", "unix")
_SCHEMED = ("qemu-vdagent", "dbus")
_NO_MODELS = ("base", "host", "max")
_TPM_MODELS = ("tpm-tis", "tpm-crb", "tpm-spapr")
_OLD_S390 = tuple(f"s390-ccw-virtio-2.{minor}" for minor in (4, 5, 6, 7))
"""Boards on which KVM gives guests the host's CPU and no other."""
_HYPERV = (
    "relaxed", "vapic", "spinlocks", "vpindex", "runtime", "synic", "stimer", "reset",
    "vendor_id", "frequencies", "reenlightenment", "tlbflush", "ipi", "evmcs", "avic",
)  # fmt: skip


class Here:
    """What this host adds: what is installed, and what its kernel can.

    firmwares  descriptions of firmware; ``loaders`` files of firmware without any
    tpm        versions of TPM that swtpm emulates; None: it is not installed
    vfio       whether devices of the host can be given to guests
    most_vcpus how many vCPUs KVM gives a guest
    protected  whether the kernel can run s390's protected guests
    sev_guests how many encrypted guests the CPU can have, of AMD's older and newer kind
    native     the host's architecture
    features   features of CPUs that guests can have and are not given by themselves
    address_bits  how long addresses of memory are, where that is known
    """

    def __init__(
        self, native: str, *, firmwares: Iterable[Firmware] = (), loaders: Iterable[str] = (),
        tpm: Iterable[str] | None = None, vfio: bool = False, most_vcpus: int = 0,
        sev_guests: tuple[int, int] = (0, 0), features: Iterable[str] = (),
        address_bits: int | None = None, protected: bool = False,
    ) -> None:  # fmt: skip
        self.native = native
        self.features = list(features)
        self.address_bits = address_bits
        self.firmwares = list(firmwares)
        self.loaders = list(loaders)
        self.tpm = None if tpm is None else list(tpm)
        self.vfio = vfio
        self.most_vcpus = most_vcpus
        self.sev_guests = sev_guests
        self.protected = protected


def domain_capabilities(
    can: Capabilities, path: str, arch: str, machine: str | None, kind: str, here: Here,
    *, whole: bool = False, supported: bool = False,
) -> DomainCapabilities:  # fmt: skip
    """What guests can have.

    path       the program
    machine    the board's own name
    kind       "kvm" or "qemu"
    whole      with the features that the model of the host's CPU has anyway
    supported  with features of CPUs that guests are not given by themselves
    """
    kvm = kind == "kvm"
    known = can if kvm else can.emulation
    found = DomainCapabilities.blank()
    found.path, found.domain, found.machine, found.arch = path, kind, machine, arch
    board = known.machine(machine)
    limit = board.most_cpus if board is not None else 0
    if kvm and not can.kvm:  # libvirt knows no boards of a help that is not there
        limit = 0
    if limit:
        found.vcpu_limit = min(limit, here.most_vcpus) if kvm and here.most_vcpus else limit
    found.io_threads = can.has("iothread")
    _os(found, here, can)
    found.has_cpu = True
    found.cpu_modes = _cpu(
        known, arch, machine, here, kvm=kvm, modern=can.newest, whole=whole,
        more=here.features if supported else (),
    )  # fmt: skip
    sources = ["file", "anonymous"]
    if can.has("memory-backend-memfd"):
        sources.append("memfd")
    found.memory_backing = _offer("memoryBacking", sourceType=sources)
    found.devices = HypervisorFeatures.blank()
    found.devices.offers = list(_devices(can, arch, machine, here))
    found.features = HypervisorFeatures.blank()
    found.features.offers = list(_features(can, arch, machine, here, kvm=kvm))
    return found


def _offer(word: str, supported: bool = True, **words: Iterable[str]) -> Offer:
    offer = Offer.blank()
    offer.word, offer.supported = word, supported
    offer.words = [_words(name, values) for name, values in words.items()]
    return offer


def _words(name: str, values: Iterable[str]) -> Words:
    return Words(name=name, choices=[Value(text=value) for value in values])


def _os(found: DomainCapabilities, here: Here, can: Capabilities) -> None:
    fitting = [
        each
        for each in here.firmwares
        if any(
            arch == found.arch and any(fnmatchcase(found.machine or "", each) for each in boards)
            for arch, boards in each.targets
        )
    ]
    kinds = {interface for each in fitting for interface in each.interfaces}
    firmware = [word for word, own in (("bios", "bios"), ("efi", "uefi")) if own in kinds]
    secure = any("requires-smm" in each.features for each in fitting)
    loaders = dict.fromkeys(each.path for each in fitting) if fitting else here.loaders
    found.os_supported = True
    found.os_words = [_words("firmware", firmware)]
    found.loader = _offer(
        "loader", type=("rom", "pflash"), readonly=("yes", "no"),
        secure=("yes", "no") if secure else ("no",),
    )  # fmt: skip
    found.loader.choices = [Value(text=path) for path in loaders]
    if can.newest:
        efi = [each for each in fitting if "uefi" in each.interfaces]
        found.firmware_features = _offer(
            "firmwareFeatures",
            secureBoot=_either(efi, "secure-boot"), enrolledKeys=_either(efi, "enrolled-keys"),
        )  # fmt: skip
        keeps = can.has("uefi-vars-x64") or can.has("uefi-vars-sysbus")
        kept = keeps and any(each.variables for each in efi)
        found.varstore = _offer("varstore", supported=kept)


def _either(firmwares: list[Firmware], feature: str) -> list[str]:
    """Whether firmware with a feature can be had, and whether some without it."""
    return _only(
        ("yes", any(feature in each.features for each in firmwares)),
        ("no", any(feature not in each.features for each in firmwares)),
    )


def _cpu(
    known: Capabilities, arch: str, machine: str | None, here: Here, *, kvm: bool, modern: bool,
    whole: bool, more: Iterable[str],
) -> list[CpuMode]:  # fmt: skip
    old = arch == "s390x" and kvm and machine in _OLD_S390
    host = CpuMode(name="host-passthrough", supported=kvm and _runs(here.native, arch))
    if host.supported:
        movable = known.object_property(f"max-{arch}-cpu", "migratable")
        host.words = [_words("hostPassthroughMigratable", ("on", "off") if movable else ("off",))]
    definitions = known.cpu_definitions()
    if arch in ("ppc64", "ppc64le"):  # models that everybody calls by capitals
        definitions = {name.upper(): said for name, said in definitions.items()}
    most = CpuMode(name="maximum", supported=not old and "max" in known.cpu_definitions())
    if most.supported:
        most.words = [_words("maximumMigratable", ("on", "off"))]
    model = CpuMode(name="host-model", supported=False)
    cpu = None if old else host_cpu(known, kvm=kvm, migratable=False, newest=modern)
    if cpu is not None:
        model.supported = True
        if whole:
            expand_features(arch, cpu, newest=modern)
        model.models = [CpuModel(name=cpu.model, fallback="forbid")]
        model.vendor = cpu.vendor
        model.features = [CpuFeature(policy=each.policy, name=each.name) for each in cpu.features]
    if modern:
        if cpu is not None:
            there = {each.name for each in model.features}
            model.features += [
                CpuFeature(policy="require", name=name) for name in more if name not in there
            ]
            if kvm and here.address_bits:
                model.address_mode, model.address_limit = "passthrough", here.address_bits
        model.features = sorted(model.features, key=lambda each: each.name)
        return [host, most, model, _custom(known, arch)]
    custom = CpuMode(name="custom", supported=False)
    if definitions and not old:
        custom.supported = True
        allowed = models(arch) if is_supported(arch) else []
        custom.models = [
            CpuModel(
                name=name, usable=usable, deprecated=deprecated or None,
                vendor=vendor_of_model(arch, name) or "unknown",
            )
            for name, (usable, deprecated) in definitions.items()
            if name != "host" and (not allowed or name in allowed)
        ]  # fmt: skip
    return [host, most, model, custom]


def _custom(known: Capabilities, arch: str) -> CpuMode:
    """All models, with what a CPU here lacks for each, as libvirt 12.8.0 tells."""
    custom = CpuMode(name="custom", supported=True)
    lacks, others = usable_models(known), known.other_names()
    allowed = newer_models(arch)
    for name, (usable, deprecated) in sorted(known.cpu_definitions().items()):
        if name in _NO_MODELS or (allowed and name not in allowed):
            continue
        model = CpuModel(
            name=name, usable=usable, deprecated=deprecated or None, canonical=others.get(name),
            vendor=vendor_of_model(arch, name, newest=True) or "unknown",
        )  # fmt: skip
        model.lacking = tuple(sorted(set(lacks.get(name, ()))))
        custom.models.append(model)
    return custom


def _runs(native: str, arch: str) -> bool:
    """Whether the host's hardware runs an architecture."""
    return arch == native or (native, arch) in (("x86_64", "i686"), ("aarch64", "armv7l"))


def _guest(arch: str, machine: str | None) -> Domain:
    """A guest on a board, for what boards differ by."""
    guest = Domain.blank()
    guest.os = Os(arch=arch, machine=machine)
    return guest


def _devices(can: Capabilities, arch: str, machine: str | None, here: Here) -> Iterable[Offer]:
    guest, modern = _guest(arch, machine), can.newest
    transitional = can.has("virtio-blk-pci-non-transitional")
    virtio = [
        "virtio",
        *(("virtio-transitional", "virtio-non-transitional") if transitional else ()),
    ]
    pseries = is_pseries(guest)
    yield _offer(
        "disk",
        diskDevice=("disk", "cdrom", "lun") if pseries else ("disk", "cdrom", "floppy", "lun"),
        bus=_only(
            ("ide", has_builtin_ide(guest)), ("fdc", not pseries), ("scsi", True), ("virtio", True),
            ("usb", can.has("usb-storage")), ("sata", can.has("ich9-ahci")),
            ("nvme", modern and can.has("nvme")),
        ),
        model=virtio,
    )  # fmt: skip
    display = "query-display-options/ret-type/+"
    spice = can.option("spice")
    yield _offer(
        "graphics",
        type=_only(
            ("sdl", can.command(f"{display}sdl")), ("vnc", can.command("query-vnc")),
            ("spice", spice), ("egl-headless", can.command(f"{display}egl-headless")),
            ("dbus", can.command(f"{display}dbus")), ("rdp", can.newest and can.rdp()),
        ),
    )  # fmt: skip
    video = _only(*((word, not own or any(map(can.has, own))) for word, own in _VIDEO))
    yield _offer("video", modelType=video)
    hostdev = _offer(
        "hostdev", mode=("subsystem",),
        startupPolicy=("default", "mandatory", "requisite", "optional"),
        subsysType=_only(("usb", any(map(can.has, _USB))), ("pci", True), ("scsi", True)),
        capsType=(),
        pciBackend=("default", "vfio") if here.vfio and can.has("vfio-pci") else (),
    )  # fmt: skip
    if modern:
        hostdev.words.append(_words("iommufd", ("no",)))
    yield hostdev
    rng = any(can.has(f"virtio-rng-{bus}") for bus in ("pci", "ccw", "device"))
    yield _offer(
        "rng", model=virtio if rng else (),
        backendModel=_only(
            *((word, can.has(f"rng-{word}")) for word in ("random", "egd", "builtin"))
        ),
    )  # fmt: skip
    files = can.has("vhost-user-fs-device")
    kinds = _only(("path", True), ("handle", not modern), ("virtiofs", files))
    yield _offer("filesystem", driverType=kinds)
    yield _tpm(can, here)
    redirects = can.has("usb-redir")
    yield _offer("redirdev", bus=("usb",)) if redirects else _offer("redirdev", supported=False)
    yield _offer("channel", type=("pty", "unix", *(("spicevmc",) if spice else ())))
    if modern:
        yield from _more_devices(can, arch)


def _more_devices(can: Capabilities, arch: str) -> Iterable[Offer]:
    """What libvirt 9.0.0 did not tell."""
    crypto = can.has("virtio-crypto-device") or can.has("virtio-crypto-pci")
    yield _offer(
        "crypto", crypto, model=("virtio",), type=("qemu",),
        backendModel=_only(
            *((word, can.has(f"cryptodev-backend-{word}")) for word in ("builtin", "lkcf"))
        ),
    ) if crypto else _offer("crypto", supported=False)  # fmt: skip
    passt = can.command("netdev_add/arg-type/+stream")
    yield _offer("interface", backendType=_only(("default", True), ("passt", passt)))
    panic = _only(
        ("isa", can.has("pvpanic")), ("pseries", arch in ("ppc64", "ppc64le")),
        ("hyperv", arch in ("i686", "x86_64")), ("s390", arch == "s390x"),
        ("pvpanic", can.has("pvpanic-pci")),
    )  # fmt: skip
    yield _offer("panic", model=panic) if panic else _offer("panic", supported=False)
    spice = can.option("spice")
    types = _only(
        *((word, True) for word in _CONSOLES), ("spicevmc", spice), ("spiceport", spice),
        *((word, can.command(f"chardev-add/arg-type/backend/+{word}")) for word in _SCHEMED),
    )  # fmt: skip
    yield _offer("console", type=types)


def _only(*words: tuple[str, bool]) -> list[str]:
    return [word for word, there in words if there]


def _tpm(can: Capabilities, here: Here) -> Offer:
    kinds = [model for model in _TPM_MODELS if can.tpm(model)]
    if can.has("spapr-tpm-proxy"):
        kinds.append("spapr-tpm-proxy")
    if not kinds:
        return _offer("tpm", supported=False)
    emulated = here.tpm is not None and can.tpm("emulator")
    offer = _offer(
        "tpm", model=kinds,
        backendModel=_only(
            ("passthrough", can.tpm("passthrough")), ("emulator", emulated), ("external", emulated)
        ),
    )  # fmt: skip
    if here.tpm:
        offer.words.append(_words("backendVersion", here.tpm))
    return offer


def _features(
    can: Capabilities, arch: str, machine: str | None, here: Here, *, kvm: bool
) -> Iterable[Offer]:
    versions = can.gic_versions(kernel=kvm) if is_arm_virt(_guest(arch, machine)) else []
    yield _offer("gic", version=versions) if versions else _offer("gic", supported=False)
    yield _offer("vmcoreinfo", can.has("vmcoreinfo"))
    yield _offer("genid", can.has("vmgenid"))
    yield _offer("backingStoreInput")
    backup = can.command("blockdev-reopen") and can.command(
        "migrate-set-parameters/arg-type/block-bitmap-mapping/bitmaps/transform"
    )
    yield _offer("backup", backup)
    modern = can.newest
    if modern:
        yield _offer("async-teardown", can.option("run-with", "async-teardown"))
    secure = False
    if arch == "s390x":
        known = can.object_property("none-machine", "confidential-guest-support")
        secure = known and can.has("s390-pv-guest") and here.protected
    if arch == "s390x" or modern:
        yield _offer("s390-pv", secure)
    if modern:
        yield _offer("ps2", arch in ("i686", "x86_64") and machine != "microvm")
        yield _offer("tdx", supported=False)
    bit, lost = can.sev
    sev = _offer("sev", bit is not None)
    if bit is not None:
        sev.cbitpos, sev.reduced_bits = bit, lost
        sev.guest_limit, sev.secure_guest_limit = here.sev_guests
    yield sev
    yield _sgx(can)
    hyperv = _hyperv(can) if can.kvm else []
    if hyperv:
        yield _offer("hyperv", features=hyperv)
    if modern:
        kinds = _only(("sev", bit is not None), ("s390-pv", secure))
        yield (
            _offer("launchSecurity", sectype=kinds)
            if kinds
            else _offer("launchSecurity", supported=False)
        )


def _sgx(can: Capabilities) -> Offer:
    """Intel's protected memory, in KiB."""
    known = can.sgx_features
    if known is None:
        return _offer("sgx", supported=False)
    sgx = _offer("sgx")
    sgx.flc, sgx.sgx1, sgx.sgx2 = bool(known["flc"]), bool(known["sgx1"]), bool(known["sgx2"])
    sizes = can.sgx or []
    sgx.section_size, sgx.section_unit = sum(sizes) // 1024, "KiB"
    sgx.sections = [
        SgxSection(cell=node, size=size // 1024, unit="KiB") for node, size in enumerate(sizes)
    ]
    return sgx


def _hyperv(can: Capabilities) -> list[str]:
    """What QEMU can imitate of Hyper-V on this host."""
    known = can.hyperv()
    found = {word: known.get(f"hv-{word.replace('_', '-')}") for word in _HYPERV}
    return [word for word, said in found.items() if said or isinstance(said, str)]
