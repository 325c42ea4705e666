"""The drivers of the host under URIs of their own, and the sockets of libvirt's modular daemons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd

import vsh
from vsh.errors import InternalError, NoSupport

if TYPE_CHECKING:
    from pathlib import Path

LISTS = {
    "network": "list_all_networks", "storage": "list_all_storage_pools",
    "secret": "list_all_secrets", "interface": "list_all_interfaces",
}  # fmt: skip


@pytest.mark.parametrize("scheme", [*LISTS, "nodedev", "nwfilter"])
def test_each_answers_for_its_own(vshd: PrivateVshd, scheme: str) -> None:
    """And says of everything else what libvirt's says."""
    with vsh.connect(vshd.uri(scheme)) as connection:
        assert connection.get_type() == scheme
        for other, name in LISTS.items():
            if other == scheme:
                assert isinstance(getattr(connection, name)(), list)
            else:
                with pytest.raises(NoSupport, match="not supported by the connection driver"):
                    getattr(connection, name)()
        for refused in (connection.list_all_domains, connection.get_hostname):
            with pytest.raises(NoSupport):
                refused()


def test_they_see_the_same_root(vshd: PrivateVshd, tmp_path: Path) -> None:
    pool = f"<pool type='dir'><name>p</name><target><path>{tmp_path}</path></target></pool>"
    with vsh.connect(vshd.uri("storage")) as one, vsh.connect(vshd.uri()) as other:
        one.storage_pool_define_xml(pool)
        assert [each.name for each in other.list_all_storage_pools()] == ["p"]
    with pytest.raises(InternalError, match="network URI path '/session', try network:///system"):
        vsh.connect(vshd.uri("network", "/session"))


def test_names_of_modular_daemons(tmp_path: Path) -> None:
    (tmp_path / "vshd.conf").write_text("unix_sock_modular = 1\n")
    daemon = PrivateVshd(tmp_path, "--config", str(tmp_path / "vshd.conf"))
    daemon.start()
    try:
        folder = daemon.socket.parent
        for name, scheme in (("virtqemud", "qemu"), ("virtstoraged", "storage")):
            uri = f"{scheme}+unix:///system?socket={folder}/{name}-sock"
            with vsh.connect(uri) as connection:
                assert connection.get_type() == {"qemu": "QEMU"}.get(scheme, scheme)
        assert (folder / "virtnetworkd-sock-ro").is_socket()
        assert (folder / "virtqemud-admin-sock").is_socket()
    finally:
        daemon.kill()
    assert "Traceback" not in daemon.said()
