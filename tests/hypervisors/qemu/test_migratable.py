"""Documents of QEMU guests for another side."""

from __future__ import annotations

from tests.hypervisors.qemu.test_defaults import OLD, complete, guest
from vsh.hypervisors.qemu.migratable import displayed
from vsh.xml.engine.flags import INACTIVE, MIGRATABLE


def test_what_others_add_by_themselves_is_left_out() -> None:
    domain = complete(guest(), OLD)
    twin = displayed(domain, MIGRATABLE)
    assert (twin.controllers, twin.audios) == ([], [])
    assert len(domain.controllers) == 2
    assert displayed(domain, INACTIVE) is domain


def test_what_a_user_asked_for_stays() -> None:
    named = "<controller type='usb' index='0'><alias name='ua-mine'/></controller>"
    two = "<controller type='usb' index='1' model='nec-xhci'/>"
    sound = "<audio id='1' type='alsa'/>"
    for devices, kept in ((named, 1), (two, 2)):
        twin = displayed(complete(guest(devices + sound), OLD), MIGRATABLE)
        assert len([c for c in twin.controllers if c.type == "usb"]) == kept
        assert [audio.type for audio in twin.audios] == ["alsa"]


def test_ports_that_were_once_called_otherwise() -> None:
    power = complete(guest("<serial type='pty'/>", arch="ppc64", machine="pseries"))
    assert power.serials[0].target_type == "spapr-vio-serial"
    twin = displayed(power, MIGRATABLE)
    assert (twin.serials[0].target_type, twin.panics) == (None, [])


def test_a_timer_that_every_q35_has() -> None:
    for action, kept in (("reset", 0), ("pause", 1)):
        text = guest(f"<watchdog model='itco' action='{action}'/>", machine="q35")
        assert len(displayed(complete(text), MIGRATABLE).watchdogs) == kept


def test_a_cpu_that_promised_too_much() -> None:
    cpu = "<cpu><model>Icelake-Server</model></cpu>"
    twin = displayed(complete(guest(more=cpu)), MIGRATABLE)
    assert [(f.name, f.policy) for f in twin.cpu.features] == [("pconfig", "disable")]
