"""Migration for Python programs: between two real daemons, and what cannot be."""

from __future__ import annotations

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.errors import Error, NoSupport, SystemFailure
from vsh.words.domain.migration import DomainMigrate


@pytest.mark.libvirtd
def test_a_running_guest_moves(libvirtd, other, tmp_path):
    libvirtd.virsh("define", str(TinyGuest(tmp_path, "moved").file))
    libvirtd.virsh("start", "moved")
    flags = DomainMigrate.LIVE | DomainMigrate.UNSAFE
    with vsh.connect(libvirtd.uri) as here, vsh.connect(other.uri) as there:
        domain = here.domain("moved")
        params = {"migrate_uri": "tcp://127.0.0.1:49734", "bandwidth": 100}
        moving = here.migrate(domain, there, params, flags)
        assert all(0 <= progress.percent <= 100 for progress in moving)
        guest = moving.result
        assert guest.uuid == domain.uuid
        assert guest.connection is there
        assert guest.is_active()
        assert not domain.is_active()
        guest.destroy()


@pytest.mark.libvirtd
def test_by_uri_and_waiting(libvirtd, other, tmp_path):
    libvirtd.virsh("define", str(TinyGuest(tmp_path, "defined").file))
    flags = DomainMigrate.OFFLINE | DomainMigrate.PERSIST_DEST
    with vsh.connect(libvirtd.uri) as here:
        guest = here.migrate(here.domain("defined"), other.uri, flags=flags).wait()
        assert guest.name == "defined"
    assert other.virsh("list", "--all", "--name").split() == ["defined"]


@pytest.mark.libvirtd
def test_a_bad_address_is_an_error_of_the_other_host(libvirtd, tmp_path):
    libvirtd.virsh("define", str(TinyGuest(tmp_path, "stays").file))
    with vsh.connect(libvirtd.uri) as here:
        domain = here.domain("stays")
        with pytest.raises(SystemFailure, match="Connection refused"):
            here.migrate(domain, "qemu+tcp://127.0.0.1:1/system").wait()
        assert not domain.is_active()  # the connection lives


def test_what_is_no_parameter_and_what_is_no_way() -> None:
    with vsh.connect("test:///default") as here:
        domain = here.domain("test")
        with pytest.raises(ValueError, match="'speed' is no parameter of a migration"):
            here.migrate(domain, here, {"speed": 5})
        with pytest.raises(ValueError, match="one of suspend, postcopy"):
            here.migrate(domain, here, force="gently")
        with pytest.raises(NoSupport):
            here.migrate(domain, here).wait()
        with pytest.raises(Error):
            here.migrate(domain, "nothing:///x").wait()
