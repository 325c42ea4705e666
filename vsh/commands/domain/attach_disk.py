"""attach-disk: give a domain a disk."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, file_names, impact
from vsh.cli.params import Argument, Flag, Option, anything
from vsh.commands._devices import iothread_numbers
from vsh.commands._model_words import words_of
from vsh.commands.domain._devices_xml import address as address_of
from vsh.commands.domain._devices_xml import parse_address
from vsh.commands.domain._shared import PERSISTENT, attach, late_domain, modify_flags
from vsh.commands.domain._throttle import group_names
from vsh.errors import CommandError, InternalError, failing
from vsh.output.document import Done, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document
    from vsh.xml.engine.described import Described


MODES = ("readonly", "shareable")
SOURCES = ("file", "block", "network")
_DISK, _STORAGE = "domain.devices.disk", "shared.image"
EXPECTED = (
    ("vd", ("pci", "ccw"), "expecting a pci:0000.00.00.00 or ccw:00.0.0000 address."),
    (
        "sd",
        ("scsi", "usb", "sata"),
        "expecting a scsi:00.00.00 or usb:00.00 or sata:00.00.00 address.",
    ),
    ("hd", ("ide",), "expecting an ide:00.00.00 address."),
)


@command(
    exclusive=(
        ("persistent", "current"),
        *IMPACT_EXCLUSIVE,
        ("source-host-name", "source-host-socket"),
    ),
    requires={
        "source-host-name": "source-protocol",
        "source-host-transport": "source-protocol",
        "source-host-socket": "source-protocol",
    },
    old={"shareable": "mode=shareable"},
    tells="done | xml document",
)
def attach_disk(
    domain: Callable[[], Domain] = late_domain(),
    source: str = Argument(
        "file, device or name of the disk's source", kind=anything, complete=file_names
    ),
    target: str = Argument("what the guest is to call it: vda, sda"),
    targetbus: str | None = Option(
        "what it is connected to: virtio, scsi, sata, usb", complete=words_of(_DISK, "Disk", "bus")
    ),
    driver: str | None = Option("what reads it on the host"),
    subdriver: str | None = Option(
        "form of the image: raw, qcow2", complete=words_of(_STORAGE, "BackingStore", "format_type")
    ),
    iothread: str | None = Option(
        "number of the I/O thread that serves it", complete=iothread_numbers
    ),
    cache: str | None = Option("how the host caches it", complete=words_of(_DISK, "Disk", "cache")),
    io: str | None = Option("how the host reads it", complete=words_of(_DISK, "Disk", "io")),
    type: str | None = Option("what it looks like", complete=words_of(_DISK, "Disk", "device")),
    mode: str | None = Option("readonly or shareable", complete=MODES),
    sourcetype: str | None = Option("where its source is", complete=SOURCES),
    serial: str | None = Option("its serial number"),
    wwn: str | None = Option("its World Wide Name"),
    alias: str | None = Option("an alias of your own: begins with ua-"),
    rawio: bool = Flag("needs the rawio capability"),
    address: str | None = Option("its address: pci:0000.00.07.0, scsi:0.0.1, usb:1.2"),
    multifunction: bool = Flag("its PCI slot has more functions"),
    print_xml: bool = Flag("print the device instead of sending it"),
    source_protocol: str | None = Option(
        "how a network source is reached: nbd, rbd, iscsi",
        complete=words_of(_STORAGE, "Source", "protocol"),
    ),
    source_host_name: str | None = Option("host of a network source, or host:port"),
    source_host_transport: str | None = Option(
        "tcp, rdma or unix", complete=words_of(_STORAGE, "Host", "transport")
    ),
    source_host_socket: str | None = Option(
        "path of the socket of a network source", complete=file_names
    ),
    throttle_groups: str | None = Option("throttle groups, comma-separated", complete=group_names),
    persistent: bool = PERSISTENT,
    impact: int = impact("config", "live"),
    current: bool = Flag("affect current domain"),
) -> Document:
    """Give a domain a disk.

    Without an option that says otherwise only the running domain gets it.

    Examples:
        attach-disk web1 /srv/images/data.qcow2 vdb --subdriver qcow2 --persistent
            # now and at every start
        attach-disk web1 /srv/iso/setup.iso sdb --type cdrom --mode readonly --config
            # a CD for the next start
    """
    if source_host_socket and not source_host_transport:
        raise CommandError(
            "Option --source-host-transport is required by option --source-host-socket",
            hint="add --source-host-transport unix",
        )
    kind = _source_type(source, driver, sourcetype, source_protocol)
    if mode is not None and mode not in MODES:
        raise CommandError(
            f"No support for {mode} in command 'attach-disk'", hint="readonly or shareable"
        )
    if wwn is not None:
        _check_wwn(wwn)
    from vsh.xml.domain.devices.disk import Disk, ThrottleFilter
    from vsh.xml.engine.described import Described, as_is
    from vsh.xml.shared.image import Source

    if kind == "network":
        where = _network_source(
            source, source_protocol, source_host_name, source_host_transport, source_host_socket
        )
    else:
        where = Described(Source, **{"dev" if kind == "block" else "file": source})
    groups = throttle_groups.split(",") if throttle_groups else []
    xml = Described(
        Disk,
        type=kind,
        device=type,
        rawio=rawio or None,
        driver_name=driver,
        driver_type=subdriver,
        iothread=iothread,
        cache=cache,
        io=io,
        source=where,
        target=as_is(target),
        bus=as_is(targetbus),
        throttle_filters=[Described(ThrottleFilter, group=as_is(group)) for group in groups],
        readonly=mode == "readonly",
        shareable=mode == "shareable",
        serial=as_is(serial),
        alias=as_is(alias),
        wwn=as_is(wwn),
        address=_address(address, target, multifunction=multifunction) if address else None,
    ).format()
    if print_xml:
        return Xml(xml)
    found = domain()
    flags = modify_flags(found, impact, persistent=persistent)
    with failing("Failed to attach disk"):
        attach(found, xml, flags, current=current)
    return Done("Disk attached successfully")


def _source_type(source: str, driver: str | None, given: str | None, protocol: str | None) -> str:
    """The type of the disk's source, guessed where it is not given."""
    if given is not None and given not in SOURCES:
        raise CommandError(f"Unknown source type: '{given}'", hint=", ".join(SOURCES))
    kind = given
    if kind is None:
        if protocol:
            kind = "network"
        elif driver not in ("file", "tap") and source and _is_block_device(source):
            kind = "block"
        else:
            kind = "file"
    if (kind == "network") != bool(protocol):
        raise CommandError("--source-protocol option requires --sourcetype network")
    return kind


def _network_source(
    name: str, protocol: str | None, host: str | None, transport: str | None, socket: str | None
) -> Described:
    from vsh.xml.engine.described import Described
    from vsh.xml.shared.image import Host, Source

    address, colon, port = (host or "").partition(":")
    server = Described(
        Host,
        transport=transport,
        socket=socket,
        name=None if host is None else address,
        port=port if colon else None,
    )
    return Described(Source, protocol=protocol, name=name, hosts=[server])


def _is_block_device(path: str) -> bool:
    import os
    import stat

    try:
        return stat.S_ISBLK(os.stat(path).st_mode)
    except OSError:
        return False


def _check_wwn(text: str) -> None:
    digits = text.removeprefix("0x")
    if len(digits) != 16 or any(char not in "0123456789abcdefABCDEF" for char in digits):
        raise InternalError(f"Malformed wwn: {text}", hint="16 hexadecimal digits")


def _address(text: str, target: str, *, multifunction: bool) -> Described:
    parsed = parse_address(text)
    if parsed is None:
        raise CommandError("Invalid address.", hint="for example pci:0000.00.07.0")
    kind, numbers = parsed
    for start, kinds, message in EXPECTED:
        if target.startswith(start) and kind not in kinds:
            raise CommandError(message)
    if kind != "pci":
        return address_of(kind, numbers)
    return address_of(kind, numbers, multifunction=multifunction or None)
