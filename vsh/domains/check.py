"""What libvirt checks in a complete domain: every device, then what they are together; in its
order."""

from __future__ import annotations

from collections import Counter

from vsh.domains.check_duplicates import check_duplicates, pair
from vsh.errors import ConfigUnsupported, InvalidArgument, XmlDetail, XmlError
from vsh.xml.engine.values import parse_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Numa
    from vsh.xml.domain.devices._info import Device

    Also = Callable[[str, Device, Domain], Iterable[Error]]

_SHARES = (2, 262144)
_PERIOD = (1000, 1000000)
_QUOTA = (1000, 17592186044415)
HEAVIEST = 63  # of the weights that an I/O thread may give to polling


def check(domain: Domain, also: Also | None = None) -> Iterable[Error]:
    """The problems of a complete domain; ``also`` is what a driver says to each device."""
    from vsh.domains import check_device

    for kind, devices in domain.kinds():
        for device in devices:
            yield from check_device.check(kind, device, domain)
            if also is not None:
                yield from also(kind, device, domain)
    yield from _resource(domain)
    yield from check_duplicates(domain)
    yield from _addresses(domain)
    yield from _aliases(domain)
    yield from _iommu(domain)
    yield from _hugepages(domain)
    yield from boot_problems(domain)
    yield from _cputune(domain)
    yield from _boot(domain)
    if sum(1 for video in domain.videos if video.primary) > 1:
        yield ConfigUnsupported("Only one primary video device is supported")
    yield from _blkio(domain)
    yield from _idmap(domain)
    yield from _numa(domain)
    yield from _iothreads(domain)
    yield from _lifecycle(domain)
    yield from _security(domain)
    direct = domain.iommufd[0] if domain.iommufd else None
    if direct is not None and direct.fdgroup is not None and not direct.enabled:
        yield ConfigUnsupported("Setting 'fdgroup' when 'iommufd' is disabled is not supported.")


def _lifecycle(domain: Domain) -> Iterable[Error]:
    """What a guest that crashed may do, one that stops or starts anew may not."""
    for event, action in (("poweroff", domain.on_poweroff), ("reboot", domain.on_reboot)):
        if action == "preserve-running":
            yield ConfigUnsupported(
                f"Lifecycle event '{event}' doesn't support 'preserve-running' action"
            )


# what is handed to the firmware as it is: the name of the element, the bytes that it must have
_MEASURED = {
    "sev-snp": (
        ("guest_visible_workarounds", "guestVisibleWorkarounds", 16),
        ("id_block", "idBlock", 96),
        ("id_auth", "idAuth", 4096),
        ("host_data", "hostData", 32),
    ),
    "tdx": (
        ("mr_config_id", "mrConfigId", 48),
        ("mr_owner", "mrOwner", 48),
        ("mr_owner_config", "mrOwnerConfig", 48),
    ),
}
_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


def _security(domain: Domain) -> Iterable[Error]:
    security = domain.launch_security
    for name, element, length in _MEASURED.get(security.type, ()) if security is not None else ():
        text = getattr(security, name)
        if text is None:
            continue
        letters = [letter for letter in text if letter in _BASE64]
        # as GLib decodes: what is no base64 is passed over, a group that is not whole is nothing
        whole = len(letters) // 4 * 4
        found = whole // 4 * 3 - letters[:whole][-2:].count("=")
        if found != length:
            yield ConfigUnsupported(
                f"Unexpected length of '{element}', expected {length} got {found}"
            )


def _resource(domain: Domain) -> Iterable[Error]:
    appid = domain.resource[0].appid if domain.resource else None
    if appid is None:
        return
    if not appid.isprintable() or not appid.isascii():
        yield XmlError("Fibre Channel 'appid' is not a printable string")
    elif not 1 <= len(appid) <= 128:
        yield InvalidArgument("Fibre Channel 'appid' string length must be between [1, 128]")


def _addresses(domain: Domain) -> Iterable[Error]:
    drives = [
        (disk, disk.address.numbers())
        for disk in domain.disks
        if disk.address is not None and disk.address.type == "drive"
    ]
    twice = pair(drives, lambda drive: (drive[0].bus, *drive[1]))
    if twice is not None:
        disk, a = twice[0]
        yield ConfigUnsupported(
            f"Found duplicate drive address for disk with target name '{disk.target}' "
            f"controller='{a[0]}' bus='{a[1]}' target='{a[2]}' unit='{a[3]}'"
        )
        return
    taken = {numbers for disk, numbers in drives if disk.bus == "scsi"}
    hosts = [
        d.address.numbers()
        for d in domain.hostdevs
        if d.type == "scsi" and d.address is not None and d.address.type == "drive"
    ]
    several = Counter(hosts) if hosts else {}
    for a in hosts:
        text = (
            f"SCSI host address controller='{a[1]}' bus='{a[0]}' target='{a[2]}' unit='{a[3]}' "
            "in use by another SCSI "
        )
        if several[a] > 1 or a in taken:
            yield ConfigUnsupported(text + ("host device" if several[a] > 1 else "disk"))
            return


def _aliases(domain: Domain) -> Iterable[Error]:
    from vsh.xml.domain.devices._info import is_user_alias

    seen = set()
    console = domain.consoles[0] if domain.consoles else None
    twice = console is not None and console.target_type == "serial"
    for kind, devices in domain.kinds():
        for device in devices:
            alias = getattr(device, "alias", None)
            if not is_user_alias(alias) or kind in ("graphics", "audios", "leases"):
                continue
            target = getattr(device, "target_type", None)
            if kind == "consoles" and target == "serial" and domain.serials:
                continue
            if twice and kind == "serials" and device is domain.serials[0]:
                continue  # the console that it also is has the same
            if alias in seen:
                yield ConfigUnsupported(f"non unique alias detected: {alias}")
                return
            seen.add(alias)


def _iommu(domain: Domain) -> Iterable[Error]:
    for iommu in domain.iommu:
        driver = domain.features.ioapic if domain.features is not None else None
        if iommu.intremap and driver != "qemu":
            yield ConfigUnsupported(
                "IOMMU interrupt remapping requires split I/O APIC (ioapic driver='qemu')"
            )
        if iommu.eim and not iommu.intremap:
            yield ConfigUnsupported("IOMMU eim requires interrupt remapping to be enabled")


def _hugepages(domain: Domain) -> Iterable[Error]:
    backing = domain.memory_backing
    pages = backing.pages if backing is not None else []
    numa = domain.cpu.numa if domain.cpu is not None else None
    cells = len(numa.cells) if numa is not None else 0
    for number, page in enumerate(pages):
        nodes = set(parse_set(page.nodeset)) if page.nodeset else set()
        for other in pages[:number]:
            if page.nodeset and other.nodeset and nodes & set(parse_set(other.nodeset)):
                yield XmlDetail(
                    f"nodeset attribute of hugepages of sizes {page.size} and {other.size} "
                    f"intersect"
                )
                return
            if not page.nodeset and not other.nodeset:
                yield XmlDetail(f"two master hugepages detected: {page.size} and {other.size}")
                return
        beyond = [node for node in sorted(nodes) if node > cells - 1]
        if beyond:
            yield XmlDetail(f"hugepages: node {beyond[0]} not found")
            return


def _firmware(domain: Domain) -> Iterable[Error]:
    """Firmware that can be written to keeps its variables itself; a ROM cannot be written to."""
    os = domain.os
    there = os.loader or os.firmware
    writable = there and os.loader_type != "rom" and os.loader_readonly is False
    if writable and (os.empty_nvram or os.nvram is not None or os.varstore is not None):
        yield XmlDetail(
            "Variable storage (NVRAM/varstore) is not permitted when loader is read/write"
        )


def boot_problems(domain: Domain) -> Iterable[Error]:
    """What is wrong with how a domain boots."""
    yield from _firmware(domain)
    boot = domain.os
    given = (
        boot.loader, boot.loader_readonly, boot.loader_secure, boot.loader_type,
        boot.loader_stateless, boot.nvram,
    )  # fmt: skip
    loader = boot.loader_given or boot.empty_nvram or any(value is not None for value in given)
    variables = boot.empty_nvram or boot.nvram is not None or boot.varstore is not None
    if boot.firmware:
        features = {feature.name: feature.enabled for feature in boot.features}
        if features.get("enrolled-keys") and features.get("secure-boot") is False:
            yield XmlDetail(
                "firmware feature 'enrolled-keys' cannot be enabled when firmware feature "
                "'secure-boot' is disabled"
            )
        if variables and boot.firmware != "efi":
            what = "Firmware type '{}' does not support variable storage (NVRAM/varstore)"
            if not domain.newest:
                what = "firmware type '{}' does not support nvram"
            yield XmlDetail(what.format(boot.firmware))
    elif loader and not boot.loader:
        yield XmlDetail("no loader path specified and firmware auto selection disabled")
    if boot.nvram is not None and boot.varstore is not None:
        yield XmlDetail("Only one of NVRAM/varstore can be used")
    if boot.loader_type == "rom" and boot.loader_format not in (None, "raw"):
        yield XmlDetail(f"Invalid format '{boot.loader_format}' for ROM loader type")
    if boot.loader_type == "rom" and boot.loader_readonly is False:
        yield XmlDetail("ROM loader type cannot be used as read/write")
    if boot.loader_stateless and variables:
        what = "Variable storage (NVRAM/varstore)"
        if not domain.newest:
            template = boot.nvram is not None and boot.nvram.template is not None
            what = "NVRAM template" if template else "NVRAM"
        yield XmlDetail(f"{what} is not permitted when loader is stateless")
    if loader and boot.shim and not boot.kernel:
        yield ConfigUnsupported("shim only allowed with kernel option")


def _cputune(domain: Domain) -> Iterable[Error]:
    tune = domain.cputune
    if tune is None:
        return
    if tune.shares and not domain.newest and not _SHARES[0] <= tune.shares <= _SHARES[1]:
        yield ConfigUnsupported(
            f"Value of cputune 'shares' must be in range [{_SHARES[0]}, {_SHARES[1]}]"
        )
    for kind, (low, high) in (("period", _PERIOD), ("quota", _QUOTA)):
        for prefix in ("", "global_", "emulator_", "iothread_"):
            name = prefix + kind
            value = getattr(tune, name)
            if value is not None and value > 0 and not low <= value <= high:
                yield ConfigUnsupported(
                    f"Value of cputune '{name}' must be in range [{low}, {high}]"
                )


def _boot(domain: Domain) -> Iterable[Error]:
    boot = domain.os
    if boot.boot_menu and (boot.boot_menu_timeout or 0) > 65535:
        yield ConfigUnsupported("invalid value for boot menu timeout, must be in range [0,65535]")
    timeout = boot.bios_reboot_timeout
    if timeout is not None and not -1 <= timeout <= 65535:
        yield ConfigUnsupported("invalid value for rebootTimeout, must be in range [-1,65535]")


def _blkio(domain: Domain) -> Iterable[Error]:
    seen = set()
    for device in domain.blkiotune.devices if domain.blkiotune is not None else ():
        if device.path in seen:
            yield ConfigUnsupported(f"duplicate blkio device path '{device.path}'")
            return
        seen.add(device.path)


def _idmap(domain: Domain) -> Iterable[Error]:
    idmap = domain.idmap
    if idmap is None:
        return
    if bool(idmap.uids) != bool(idmap.gids):
        yield ConfigUnsupported("uid and gid should be mapped both")
    elif any(group and group[0].start for group in (idmap.uids, idmap.gids)):
        yield ConfigUnsupported("You must map the root user of container")


def _numa(domain: Domain) -> Iterable[Error]:
    numa = domain.cpu.numa if domain.cpu is not None else None
    if numa is None:
        return
    tune = domain.numatune[0] if domain.numatune else None
    mode = tune.mode if tune is not None and tune.mode is not None else "strict"
    bound = {node.cellid: node for node in tune.memnodes} if tune is not None else {}
    for cell in numa.cells:
        node = bound.get(cell.id) if cell.id is not None else None
        if node is not None and node.mode == "restrictive" and mode != "restrictive":
            yield XmlError(
                "'restrictive' mode is required in memory element when mode is 'restrictive' in "
                "memnode element"
            )
        levels = set()
        for cache in cell.caches:
            if cache.level > 3:
                yield XmlError("Ain't nobody heard of that much cache level")
            elif cache.level in levels:
                yield XmlError(f"Cache level '{cache.level}' already defined")
            levels.add(cache.level)
    yield from _links(numa)


def _links(numa: Numa) -> Iterable[Error]:
    cells = {cell.id: cell for cell in numa.cells}
    for links in (numa.latencies, numa.bandwidths):
        for number, link in enumerate(links):
            if link.initiator not in cells:
                yield XmlError("'initiator' refers to a non-existent NUMA node")
            elif link.target not in cells:
                yield XmlError("'target' refers to a non-existent NUMA node")
            elif not cells[link.initiator].cpus:
                yield XmlError("NUMA nodes without CPUs can't be initiator")
            elif link.cache and link.cache not in [c.level for c in cells[link.target].caches]:
                yield XmlError("'cache' refers to a non-existent NUMA node cache")
            for other in links[:number]:
                if (link.initiator, link.target, link.cache or 0, link.type) == (
                    other.initiator,
                    other.target,
                    other.cache or 0,
                    other.type,
                ):
                    yield XmlError("Duplicate info for NUMA latencies")
                if link.initiator != link.target and (link.initiator, link.target) == (
                    other.target,
                    other.initiator,
                ):
                    yield XmlError("Link already defined")


def _iothreads(domain: Domain) -> Iterable[Error]:
    pools = [(thread.pool_min, thread.pool_max) for thread in domain.iothreads]
    pools.append((domain.default_iothread_min, domain.default_iothread_max))
    for low, high in pools:
        if high == 0:
            yield ConfigUnsupported("thread_pool_max must be a positive integer")
        elif (-1 if low is None else low) > (-1 if high is None else high):
            yield ConfigUnsupported("thread_pool_min must be smaller or equal to thread_pool_max")
    for thread in domain.iothreads:
        if (thread.poll_weight or 0) > HEAVIEST:
            yield ConfigUnsupported(
                f"poll weight {thread.poll_weight} is out of range [0, {HEAVIEST}]"
            )
