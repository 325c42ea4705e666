"""Four times as many things are four times as much work: calls of functions are counted, which do
not depend on the machine.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from vsh.api.types import TypedParams
from vsh.rpc.values import compile_type
from vsh.rpc.xdr import Reader, Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType
    from typing import Any

DOMAIN = """\
<domain type='test'><name>{name}</name><uuid>{uuid}</uuid><memory>1024</memory>
<os><type arch='x86_64'>hvm</type></os>{more}</domain>
"""
SNAPSHOT = """\
<domainsnapshot><name>s{number}</name>{parent}<state>shutoff</state>
<creationTime>{time}</creationTime>{domain}</domainsnapshot>
"""
FEW = 60
LINEAR = 4.4
"""The most that four times as many may cost; were each compared with each, it would be sixteen."""


def work(act: Callable[[], object]) -> int:
    """How many functions are called, Python's own among them."""
    count = 0

    def called(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def grown(act: Callable[[int], Callable[[], object]]) -> float:
    """The work with four times as many beside that with as many, both without that with none."""
    act(1)()  # imports, and what is made once
    none, few, many = (work(act(count)) for count in (0, FEW, 4 * FEW))
    return (many - none) / (few - none)


def letters(number: int) -> str:
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(97 + rest) + text
    return text


def disk(bus: str, number: int) -> str:
    target = f"{'sd' if bus in ('scsi', 'usb') else 'vd'}{letters(number)}"
    return (
        f"<disk type='file' device='disk'><source file='/d{number}'/>"
        f"<target dev='{target}' bus='{bus}'/></disk>"
    )


DEVICES: dict[str, Callable[[int], str]] = {
    "scsi disks": lambda number: disk("scsi", number),
    "virtio disks": lambda number: disk("virtio", number),
    "disks with addresses": lambda number: disk("scsi", number).replace(
        "</disk>", f"<address type='drive' controller='{number // 7}' unit='{number % 7}'/></disk>"
    ),
    "usb host devices": lambda number: (
        "<hostdev mode='subsystem' type='usb'><source>"
        f"<vendor id='0x{number + 1:04x}'/><product id='0x0001'/></source></hostdev>"
    ),
    "interfaces": lambda _: "<interface type='network'><source network='default'/></interface>",
    "controllers": lambda number: f"<controller type='virtio-serial' index='{number}'/>",
    "serial ports": lambda _: "<serial type='pty'/>",
    "channels": lambda number: (
        f"<channel type='unix'><target type='virtio' name='org.test.{number}'/></channel>"
    ),
}


@pytest.mark.parametrize("kind", DEVICES)
def test_devices_of_a_document(run: Callable[..., Any], tmp_path: Path, kind: str) -> None:
    def defined(count: int) -> Callable[[], object]:
        devices = "".join(map(DEVICES[kind], range(count)))
        name, uuid = f"d{count}", f"00000000-0000-4000-8000-{count:012}"
        file = tmp_path / f"{count}.xml"
        file.write_text(DOMAIN.format(name=name, uuid=uuid, more=f"<devices>{devices}</devices>"))
        return lambda: _well(run("-c", "test:///default", f"define {file}; dumpxml {name}"))

    assert grown(defined) < LINEAR


@pytest.mark.parametrize(
    "words", ["list --all", "--format json list --all", "--format table list --all", "domstats"]
)
def test_listings(run: Callable[..., Any], tmp_path: Path, words: str) -> None:
    def listed(count: int) -> Callable[[], object]:
        domains = "".join(
            DOMAIN.format(name=f"d{number}", uuid=f"00000000-0000-4000-8000-{number:012}", more="")
            for number in range(count)
        )
        world = tmp_path / f"{count}.xml"
        world.write_text(f"<node>{domains}</node>")
        options = words.split()
        at = options.index("list") if "list" in options else 0
        return lambda: _well(run(*options[:at], "-c", f"test://{world}", *options[at:]))

    assert grown(listed) < LINEAR


@pytest.mark.parametrize("again", [False, True], ids=["fresh", "over existing ones"])
def test_chains(run: Callable[..., Any], tmp_path: Path, again: bool) -> None:
    """Redefined, and forgotten from the root on."""
    domain = DOMAIN.format(name="web", uuid="00000000-0000-4000-8000-000000000001", more="")
    (tmp_path / "web.xml").write_text(domain)

    def chain(count: int) -> Callable[[], object]:
        lines = []
        for number in range(count):
            parent = f"<parent><name>s{number - 1}</name></parent>" if number else ""
            file = tmp_path / f"s{number}.xml"
            text = SNAPSHOT.format(number=number, parent=parent, time=1000 + number, domain=domain)
            file.write_text(text)
            lines.append(f"snapshot-create web {file} --redefine")
        lines = [f"define {tmp_path}/web.xml", *lines, *(lines if again else ())]
        if count:
            lines.append("snapshot-delete web s0 --children")
        return lambda: _well(run("-c", "test:///default", "; ".join(lines)))

    assert grown(chain) < LINEAR


def test_typed_parameters() -> None:
    """Read in one loop, with no more than some calls for each."""
    kind = compile_type("TypedParams", "vsh.api.types", 4096)

    def read(count: int) -> Callable[[], object]:
        values = TypedParams()
        for number in range(count):
            values.set(f"net.{number}.rx.bytes", "ullong", number)
        writer = Writer()
        kind.encode(writer, values)
        data = bytes(writer.data)
        return lambda: kind.decode(Reader(data), None)  # type: ignore[arg-type]

    assert grown(read) < LINEAR
    assert work(read(400)) - work(read(0)) < 16 * 400


def _well(result: Any) -> None:
    assert result.status == 0, result.err
