"""A guest that powers off while it is backed up: kept until that is over, if it was asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from tiny_guest import READY

from vsh.drivers.qemu.domain import lifecycle, moments
from vsh.errors import InvalidArgument
from vsh.words.domain.moments import DomainBackupBegin
from vsh.words.domain.state import DomainPausedReason, DomainShutoffReason, DomainState

if TYPE_CHECKING:
    from pathlib import Path

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain

OVER = (DomainState.PAUSED, DomainPausedReason.SHUTTING_DOWN)
PULL = """<domainbackup mode='pull'><server transport='unix' socket='{folder}/socket'/>
<disks><disk name='vda' type='file'><scratch file='{folder}/scratch'/></disk></disks>
</domainbackup>"""


def until(domain: Domain, *wanted: int) -> None:
    limit = time.monotonic() + 30
    while tuple(domain.get_state()) != wanted:
        assert time.monotonic() < limit, domain.get_state()
        time.sleep(0.02)


def backed_up(connection: Connection, tiny: TinyGuest, tmp_path: Path) -> Domain:
    """The guest, which has powered off in the middle of a backup."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    tiny.wait_for()
    flags = DomainBackupBegin.PRESERVE_SHUTDOWN_DOMAIN
    domain.backup_begin(PULL.format(folder=tmp_path), None, flags)
    domain.shutdown()
    return domain


def test_it_is_kept_until_the_backup_is_over(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moments, "is_modern", lambda definition: True)
    monkeypatch.setattr(lifecycle, "is_modern", lambda definition: True)
    domain = backed_up(connection, tiny, tmp_path)
    until(domain, *OVER)
    domain.resume()  # it begins again, and the backup goes on
    assert domain.get_state().state == DomainState.RUNNING
    assert "<domainbackup" in domain.backup_get_xml_desc(0)
    limit = time.monotonic() + 30
    while tiny.printed().count(READY) < 2:
        assert time.monotonic() < limit
        time.sleep(0.02)
    domain.shutdown()
    until(domain, *OVER)
    domain.abort_job()
    until(domain, DomainState.SHUTOFF, DomainShutoffReason.SHUTDOWN)


def test_older_libvirt_has_no_such_flag(
    connection: Connection, tiny: TinyGuest, tmp_path: Path
) -> None:
    with pytest.raises(InvalidArgument, match="unsupported flags"):
        backed_up(connection, tiny, tmp_path)
    connection.list_all_domains(1)[0].destroy()
