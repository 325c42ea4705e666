"""The devices of a domain, read from its document: for listings and for completing their names."""

from __future__ import annotations

from vsh.cli.objects import find_domain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.api.domain import Domain
    from vsh.cli.params import Given
    from vsh.cli.session import Session


def domain_tree(domain: Domain, flags: int = 0) -> _Element:
    """The root element of a domain's document."""
    from vsh.xml.engine.reader import parse

    return parse(domain.get_xml_desc(flags))


def _found(session: Session, given: Given, path: str) -> Iterable[_Element]:
    if not given.get("domain"):
        return []
    found: Iterable[_Element] = domain_tree(find_domain(session, given["domain"])).xpath(path)
    return found


def disk_targets(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the targets of the domain's disks."""
    return [str(name) for name in _found(session, given, "./devices/disk/target/@dev")]


def image_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the images of the domain's disks: a target, or with the number of an image in
    its chain (``vda[2]``)."""
    for disk in _found(session, given, "./devices/disk[target/@dev]"):
        target = str(disk.xpath("string(target/@dev)"))
        yield target
        yield from (f"{target}[{index}]" for index in disk.xpath("source/@index"))
        yield from (f"{target}[{index}]" for index in disk.xpath(".//backingStore/source/@index"))


def iothread_numbers(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the numbers of the domain's I/O threads."""
    if not given.get("domain"):
        return []
    threads = find_domain(session, given["domain"]).get_iothread_info()
    return [str(thread.iothread_id) for thread in threads]


def interface_names(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the domain's interfaces: devices on the host, else MAC addresses."""
    return [
        str(interface.xpath("string((./target/@dev | ./mac/@address)[last()])"))
        for interface in _found(session, given, "./devices/interface")
    ]


def interface_macs(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the MAC addresses of the domain's interfaces."""
    return [str(mac) for mac in _found(session, given, "./devices/interface/mac/@address")]


def console_aliases(session: Session, text: str, given: Given) -> Iterable[str]:
    """A completer of the aliases of the domain's consoles and its serial and parallel ports."""
    path = "./devices/*[self::console or self::serial or self::parallel]/alias/@name"
    return dict.fromkeys(str(alias) for alias in _found(session, given, path))
