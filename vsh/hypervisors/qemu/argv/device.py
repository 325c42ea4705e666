"""Devices that take a line or two each: hubs, watchdogs, balloons, sockets, IOMMUs and others."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.address import address_of, controller
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.chardev import add_chardev
from vsh.hypervisors.qemu.argv.line import number
from vsh.hypervisors.qemu.argv.properties import nonzero, on_off
from vsh.hypervisors.qemu.argv.virtio import virtio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.iommu import Iommu
    from vsh.xml.domain.devices.redirdev import UsbRule
    from vsh.xml.domain.security import LaunchSecurity

_DATABASE = "/etc/pki/nssdb"
_KIBIBYTE = 1024


def add_hubs(line: Line) -> None:
    """USB hubs."""
    for hub in line.domain.hubs:
        line.device({"driver": "usb-hub", "id": line.alias(hub), **address_of(line, hub)})


def add_watchdogs(line: Line) -> None:
    """Watchdogs; a dump is made while the guest is paused."""
    action = None
    for watchdog in line.domain.watchdogs:
        action = watchdog.action or "reset"
        if watchdog.model == "itco":  # which the board has
            continue
        line.zpci(watchdog)
        line.device({
            "driver": watchdog.model, "id": line.alias(watchdog), **address_of(line, watchdog),
        })  # fmt: skip
    if any(watchdog.model == "itco" for watchdog in line.domain.watchdogs):
        line.add("-global", "ICH9-LPC.noreboot=off")
    if action is not None:
        line.add("-watchdog-action", "pause" if action == "dump" else action)


def add_balloons(line: Line) -> None:
    """Memory that a guest gives back."""
    for balloon in line.domain.memballoon:
        if balloon.model == "none":
            continue
        line.zpci(balloon)
        line.device({
            **virtio(line, balloon, "virtio-balloon"), "id": line.alias(balloon),
            "deflate-on-oom": balloon.autodeflate,
            "free-page-reporting": balloon.free_page_reporting, **address_of(line, balloon),
        })  # fmt: skip


def add_nvram(line: Line) -> None:
    """The variables of a POWER guest's firmware."""
    for device in line.domain.nvram:
        reg = device.address.reg if device.address is not None else None
        line.add("-global", f"spapr-nvram.reg=0x{reg or 0:x}")


def add_vsock(line: Line) -> None:
    """The socket between host and guest."""
    for vsock in line.domain.vsock:
        cid, descriptor = line.host.vsock(vsock)
        line.zpci(vsock)
        line.device({
            **virtio(line, vsock, "vhost-vsock"), "id": line.alias(vsock), "guest-cid": cid,
            "vhostfd": descriptor, **address_of(line, vsock),
        })  # fmt: skip


def add_iommu(line: Line) -> None:
    """Translation of the addresses that devices use."""
    for iommu in line.domain.iommu:
        alias = line.alias(iommu)
        if iommu.model == "intel":
            line.device({
                "driver": "intel-iommu", "id": alias,
                "intremap": None if iommu.intremap is None else on_off(iommu.intremap),
                "caching-mode": iommu.caching_mode,
                "eim": None if iommu.eim is None else on_off(iommu.eim),
                "device-iotlb": iommu.iotlb, "aw-bits": nonzero(iommu.aw_bits),
                "dma-translation": iommu.dma_translation,
            })  # fmt: skip
        elif iommu.model == "virtio":
            line.device({
                "driver": "virtio-iommu", "id": alias, "aw-bits": nonzero(iommu.aw_bits),
                "granule": f"{iommu.granule_size}k" if iommu.granule_size else iommu.granule_mode,
                **address_of(line, iommu),
            })  # fmt: skip
        elif iommu.model == "amd":
            line.device({"driver": "AMDVI-PCI", "id": alias, **address_of(line, iommu)})
            line.device({
                "driver": "amd-iommu", "pci-id": alias,
                "intremap": None if iommu.intremap is None else on_off(iommu.intremap),
                "pt": iommu.passthrough, "xtsup": iommu.xtsup, "device-iotlb": iommu.iotlb,
            })  # fmt: skip
        elif iommu.pci_bus is not None:  # of a bus of its own
            line.device(_smmu(line, iommu, iommu.pci_bus))
        elif iommu.accel is not None:
            raise line.unhandled("<iommu> of model 'smmuv3' with accel and without pciBus")


def _smmu(line: Line, iommu: Iommu, bus: int) -> Properties:
    """ARM's for one of the buses that begin at the board's own, in its hardware's words."""
    switches = {name: getattr(iommu, name) for name in ("ats", "ril", "cmdqv")}
    said = {name: None if value is None else on_off(value) for name, value in switches.items()}
    sizes = {"ssidsize": iommu.ssid_size, "oas": iommu.oas}
    found: Properties = {
        "driver": "arm-smmuv3", "primary-bus": f"pci.{bus}" if bus else "pcie.0",
        "id": line.alias(iommu), "accel": iommu.accel, "ats": said["ats"], "ril": said["ril"],
        **{name: None if size is None else str(size) for name, size in sizes.items()},
        "cmdqv": said["cmdqv"],
    }  # fmt: skip
    for name, value in found.items():
        wanted = value is not None and name not in ("driver", "id")
        if wanted and not line.can.has_property("arm-smmuv3", name):
            raise line.unhandled(f"<iommu> of model 'smmuv3' whose QEMU knows no {name}")
    return found


def add_smartcards(line: Line) -> None:
    """The smart card; a guest has one reader."""
    for card in line.domain.smartcards[:1]:
        alias = line.alias(card)
        found: Properties
        if card.mode == "host":
            found = {"driver": "ccid-card-emulated", "backend": "nss-emulated"}
        elif card.mode == "host-certificates":
            found = {"driver": "ccid-card-emulated", "backend": "certificates"}
            for place, certificate in enumerate(card.certificates, 1):
                found[f"cert{place}"] = certificate.name
            found["db"] = card.database or _DATABASE
        else:
            add_chardev(line, Backend(
                card.type, f"char{alias}", card.sources, protocol=card.protocol,
                log=(card.log_file, card.log_append), channel="smartcard",
            ))  # fmt: skip
            found = {"driver": "ccid-card-passthru", "chardev": f"char{alias}"}
        index = number(card.address.controller) if card.address is not None else 0
        line.device({**found, "id": alias, "bus": f"{controller(line, 'ccid', index)}.0"})


def add_redirdevs(line: Line) -> None:
    """USB devices of a client."""
    rules = [rule for filter in line.domain.redirfilter for rule in filter.rules]
    text = "|".join(map(_rule, rules)) or None
    for device in line.domain.redirdevs:
        alias = line.alias(device)
        add_chardev(line, Backend(
            device.type, f"char{alias}", device.sources, protocol=device.protocol,
            log=(device.log_file, device.log_append), channel="usbredir",
        ))  # fmt: skip
        line.device({
            "driver": "usb-redir", "chardev": f"char{alias}", "id": alias, "filter": text,
            "bootindex": line.boot.get(id(device)), **address_of(line, device),
        })  # fmt: skip


def _rule(rule: UsbRule) -> str:
    """``class:vendor:product:version:allow``; -1 is any."""
    kind = "-1" if rule.usb_class is None or rule.usb_class < 0 else f"0x{rule.usb_class:02X}"
    maker, product = (
        "-1" if value is None or value < 0 else f"0x{value:04X}"
        for value in (rule.vendor, rule.product)
    )
    return ":".join((kind, maker, product, _version(rule.version), str(int(bool(rule.allow)))))


def _version(text: str | None) -> str:
    """A version as decimal digits in a hexadecimal number: 1.10 is 0x0110."""
    if not text or text == "-1":
        return "-1"
    major, _, minor = text.partition(".")
    return f"0x{int(major):02d}{minor.ljust(2, '0')}"


def add_security(line: Line) -> None:
    """Memory that the host cannot read."""
    security = line.domain.launch_security
    if security is None:
        return
    if security.type == "sev":
        line.add_object("sev-guest", "lsec0", {
            **_marks(line, security),
            "policy": int(security.policy or "0", 0),
            "dh-cert-file": f"{line.folder}/dh_cert.base64" if security.dh_cert else None,
            "session-file": f"{line.folder}/session.base64" if security.session else None,
            "kernel-hashes": security.kernel_hashes,
        })  # fmt: skip
    elif security.type == "sev-snp":
        line.add_object("sev-snp-guest", "lsec0", {
            **_marks(line, security),
            "kernel-hashes": security.kernel_hashes,
            "policy": int(security.policy or "0", 0),
            "guest-visible-workarounds": security.guest_visible_workarounds,
            "id-block": security.id_block,
            "id-auth": security.id_auth,
            "host-data": security.host_data,
            "author-key-enabled": security.author_key,
            "vcek-disabled": None if security.vcek is None else not security.vcek,
        })  # fmt: skip
    elif security.type == "tdx":
        service = None
        if security.quote_service:
            path = security.quote_service_path or "/var/run/tdx-qgs/qgs.socket"
            service = {"type": "unix", "path": path}
        line.add_object("tdx-guest", "lsec0", {
            "mrconfigid": security.mr_config_id, "mrowner": security.mr_owner,
            "mrownerconfig": security.mr_owner_config, "quote-generation-socket": service,
            "attributes": None if security.policy is None else int(security.policy, 0),
        })  # fmt: skip
    else:
        line.add_object("s390-pv-guest", "lsec0", {})


def _marks(line: Line, security: LaunchSecurity) -> Properties:
    """How addresses of encrypted memory are marked: as the document says, or as the host does."""
    bit, lost = line.can.sev
    wanted, less = security.cbitpos, security.reduced_phys_bits
    return {
        "cbitpos": bit if wanted is None else wanted,
        "reduced-phys-bits": lost if less is None else less,
    }


def add_cryptos(line: Line) -> None:
    """Hardware for encryption."""
    for crypto in line.domain.cryptos:
        alias, source = line.alias(crypto), crypto.backends[0]
        kind = "cryptodev-backend-lkcf" if source.model == "lkcf" else "cryptodev-backend-builtin"
        line.add_object(kind, f"obj{alias}", {"queues": nonzero(source.queues)})
        line.zpci(crypto)
        line.device({
            **virtio(line, crypto, "virtio-crypto"), "cryptodev": f"obj{alias}", "id": alias,
            **address_of(line, crypto),
        })  # fmt: skip


def add_pstores(line: Line) -> None:
    """Where a guest keeps its last words: a file of the host."""
    for store in line.domain.pstore:
        alias = line.alias(store)
        line.add_object("memory-backend-file", f"mem{alias}", {
            "mem-path": store.path, "size": store.size * _KIBIBYTE, "share": True,
        })  # fmt: skip
        line.device({
            "driver": "acpi-erst", "id": alias, "memdev": f"mem{alias}", **address_of(line, store),
        })  # fmt: skip
