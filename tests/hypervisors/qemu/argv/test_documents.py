"""Documents of many kinds of devices, and the command lines that libvirt gives them too.

They were compared word by word when they were kept: with libvirt 9.0.0 and QEMU 7.2, those of the
folder ``newest`` with libvirt 12.8.0 and QEMU 11.1.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hypervisors.qemu.argv import answers
from vsh.hypervisors.qemu.argv import environment
from vsh.hypervisors.qemu.argv.plug import PlugLine, alone, build
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.emulator import asked
from vsh.xml.domain import Domain
from vsh.xml.engine import flags
from vsh.xml.engine.reader import read


@pytest.fixture(scope="module")
def kept() -> answers.Kept:
    return answers.Kept(json.loads((answers.HERE / "answers.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", answers.DOCUMENTS, ids=lambda path: path.stem)
def test_line(path: Path, kept: answers.Kept) -> None:
    said = answers.shown(path.read_text(encoding="utf-8"), kept)
    assert said == path.with_suffix(".args").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def newest() -> answers.Kept:
    text = (answers.NEWEST / "answers.json").read_text(encoding="utf-8")
    return answers.Kept(json.loads(text))


@pytest.mark.parametrize("path", answers.NEWER_DOCUMENTS, ids=lambda path: path.stem)
def test_newest_line(path: Path, newest: answers.Kept) -> None:
    said = answers.shown(path.read_text(encoding="utf-8"), newest)
    assert said == path.with_suffix(".args").read_text(encoding="utf-8")


@pytest.mark.parametrize(("document", "error"), answers.refusals(answers.NEWEST))
def test_newest_refusal(document: str, error: str, newest: answers.Kept) -> None:
    assert answers.shown(document, newest) == error + "\n"


def test_a_socket_that_is_plugged_in_is_connected_again(newest: answers.Kept) -> None:
    text = (answers.NEWEST / "documents" / "characters.xml").read_text(encoding="utf-8")
    domain = read(text, Domain, flags=flags.INACTIVE)
    QemuDefaults(asked(newest)).complete(domain, flags=flags.INACTIVE)
    [port] = domain.serials
    line = PlugLine(alone(domain, "serials", port), newest, answers.FixedHost(), port)
    first, *_ = build(line, "serials")
    assert first.name == "chardev-add"
    assert first.arguments["backend"] == {
        "type": "socket",
        "data": {
            "addr": {"type": "inet", "data": {"host": "10.0.0.1", "port": "2000"}},
            "telnet": False,
            "server": False,
            "reconnect-ms": 5000,
        },
    }


def test_a_clock_of_another_zone_is_told_by_the_environment() -> None:
    """As libvirt 9.0.0 and 12.8.0 have it, behind the folders of the guest's own."""
    text = (answers.HERE / "documents" / "cards.xml").read_text(encoding="utf-8")
    clock = "<clock offset='timezone' timezone='Europe/Paris'/><devices>"
    domain = read(text.replace("<devices>", clock), Domain, flags=flags.INACTIVE)
    assert environment(domain, answers.FixedHost())[-1] == ("TZ", "Europe/Paris")


def test_the_file_of_a_vdpa_disk_has_libvirts_name(newest: answers.Kept) -> None:
    """As libvirt 11.3's own recording of such a disk has it; no host of ours has one."""
    text = (answers.NEWEST / "documents" / "many-cpus.xml").read_text(encoding="utf-8")
    disk = (
        "<disk type='vhostvdpa'><driver name='qemu' type='raw' cache='none'/>"
        "<source dev='/dev/vhost-vdpa-0'/><target dev='vda' bus='virtio'/></disk></devices>"
    )
    shared = "<memoryBacking><source type='memfd'/><access mode='shared'/></memoryBacking><os>"
    text = text.replace("<os>", shared).replace("</devices>", disk)
    line = answers.shown(text, newest)
    assert "opaque=libvirt-1-storage-vdpa" in line
