"""Devices as the readers of configurations make them: what reading a document would have left.

Names of disk targets and their numbers are here too.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Character, CharSource
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.features import Features
    from vsh.xml.engine.raw import Foreign

_SOURCES = {"file": "file", "block": "dev", "dir": "dir"}


def new_domain(kind: str, os_type: str | None = None) -> Domain:
    """A domain with nothing in it."""
    from vsh.xml.domain import Domain
    from vsh.xml.domain.clock import Clock
    from vsh.xml.domain.features import Features
    from vsh.xml.domain.os import Os
    from vsh.xml.domain.tune import CpuTune

    return Domain(
        type=kind,
        os=Os(type=os_type),
        clock=Clock(),
        features=Features(),
        cputune=CpuTune(),
        vcpu_placement="static",
        vcpus=1,
        vcpu_current=1,
    )


def features_of(domain: Domain) -> Features:
    """The features of a domain, made where it says nothing of them."""
    from vsh.xml.domain.features import Features

    if domain.features is None:
        domain.features = Features()
    return domain.features


def set_source(disk: Disk, kind: str, path: str | None) -> None:
    """Give a disk a file or device of the host; none is an empty drive."""
    from vsh.xml.shared.image import Source

    disk.type = kind
    source = disk.source if disk.source is not None else Source()
    source.storage_type = kind
    source.drop(*_SOURCES.values())
    setattr(source, _SOURCES[kind], path or None)
    disk.source = source


def source_path(disk: Disk) -> str | None:
    """The file or device of the host that a disk is on."""
    if disk.source is None or disk.type not in _SOURCES:
        return None
    path: str | None = getattr(disk.source, _SOURCES[disk.type])
    return path


def disk_name(prefix: str, number: int) -> str:
    """The target name of a number: 0 is ``sda``, 26 is ``sdaa``."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return prefix + letters


def vnc(
    port: int | None, address: str | None, keymap: str | None = None, passwd: str | None = None
) -> Graphics:
    """A VNC display; without a port it takes a free one."""
    from vsh.xml.domain.devices.graphics import Graphics, Listen

    return Graphics(
        type="vnc",
        port=port or 0,
        autoport=port is None,
        keymap=keymap,
        passwd=passwd,
        listens=[Listen(type="address", address=address or None)],
    )


def set_character(device: Character, kind: str, **values: object) -> None:
    """Say what stands behind a character device."""
    device.type = kind
    device.sources = [character_source(**values)] if values else []
    device.protocol = "raw" if kind == "tcp" else None


def character_source(**values: object) -> CharSource:
    """The host's side of a character device."""
    from vsh.xml.domain.devices.chardev import CharSource

    return CharSource(**values)


def own_element(
    prefix: str, uri: str, name: str, text: str | None = None, items: tuple[str, ...] = ()
) -> Foreign:
    """An element of a driver's own: with a text, or with <arg value='...'/> for some items."""
    from vsh.xml.engine.raw import Foreign

    arguments = tuple(
        Foreign.made(prefix, uri, "arg", attributes=(("value", item),)) for item in items
    )
    return Foreign.made(prefix, uri, name, text=(text or "").strip(), children=arguments)


def own_arguments(domain: Domain, uri: str) -> list[str]:
    """The arguments of a driver's own <commandline>."""
    return [
        dict(argument.attributes)["value"]
        for extension in domain.extensions
        if extension.uri == uri and extension.name == "commandline"
        for argument in extension.children
        if argument.name == "arg" and "value" in dict(argument.attributes)
    ]


def character_path(device: Character) -> str | None:
    """The path on the host of a character device."""
    path: str | None = device.sources[0].path if device.sources else None
    return path
