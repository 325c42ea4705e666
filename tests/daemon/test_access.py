"""Access rules: who sees and does what, by the file of rules and by polkit's own program.

Users other than root come by a user namespace; polkit's authority needs a system bus, which this
machine may not have: a pkcheck of the test's own stands for it, and writes down what it is asked.
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.api.domain import Domain
from vsh.api.types import TypedParams
from vsh.errors import AccessDenied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ME = os.geteuid()
RULES = """
[[rule]]
users = ["{me}"]
deny = ["domain:*"]
only.domain_name = ["secret*"]

[[rule]]
users = ["{me}"]
deny = ["domain:write", "domain:stop", "storage_vol:delete"]
only.domain_name = ["seen"]

[[rule]]
groups = ["{group}"]
allow = ["*:*"]
"""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], PrivateVshd]]:
    """Starts a daemon with settings; it ends with the test."""
    started: list[PrivateVshd] = []

    def begin(settings: str) -> PrivateVshd:
        file = tmp_path / "vshd.conf"
        file.write_text(settings)
        file.with_name("rules.toml").write_text(RULES.format(me=ME, group=os.getegid()))
        daemon = PrivateVshd(tmp_path, "--config", str(file), "--verbose")
        daemon.start()
        started.append(daemon)
        return daemon

    yield begin
    for daemon in started:
        daemon.kill()
        assert "Traceback" not in daemon.said()


def ruled(tmp_path: Path) -> str:
    return f'access_drivers = ["rules"]\naccess_rules_file = "{tmp_path}/rules.toml"\n'


def defined(connection: vsh.Connection, folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).mkdir()
        connection.domain_define_xml(TinyGuest(folder / name, name).file.read_text())


def test_what_is_hidden_is_not_there(start: Callable[[str], PrivateVshd], tmp_path: Path) -> None:
    """Listings, counts, statistics, look-ups, events: nothing tells that the guest exists."""
    open_to_all = start("")
    with vsh.connect(open_to_all.uri()) as connection:
        defined(connection, tmp_path, "seen", "secret-one", "other")
        hidden = connection.domain_lookup_by_name("secret-one").uuid
    open_to_all.kill()
    daemon = start(ruled(tmp_path))
    with vsh.connect(daemon.uri()) as connection:
        assert sorted(each.name for each in connection.list_all_domains()) == ["other", "seen"]
        assert sorted(connection.list_defined_domains()) == ["other", "seen"]
        assert connection.num_of_defined_domains() == 2
        stats = connection.get_all_domain_stats([], 0, 0)
        assert sorted(each.domain.name for each in stats) == ["other", "seen"]
        for look in (
            lambda: connection.domain_lookup_by_name("secret-one"),
            lambda: connection.domain_lookup_by_name("secret-nothing"),
            lambda: connection.domain_lookup_by_uuid(hidden),
        ):
            with pytest.raises(AccessDenied, match=r"^access denied: 'QEMU' denied access$"):
                look()
        with pytest.raises(vsh.Error, match="no domain with matching name 'nothing'"):
            connection.domain_lookup_by_name("nothing")
        disguised = Domain(connection, "other", hidden, -1)
        with pytest.raises(AccessDenied):
            disguised.get_xml_desc(0)
        with pytest.raises(AccessDenied):
            disguised.list_all_snapshots(0)


def test_what_may_be_seen_is_not_all_that_may_be_done(
    start: Callable[[str], PrivateVshd], tmp_path: Path
) -> None:
    daemon = start(ruled(tmp_path))
    with vsh.connect(daemon.uri()) as connection:
        with pytest.raises(AccessDenied):
            defined(connection, tmp_path, "secret-two")
        with pytest.raises(AccessDenied):
            defined(connection, tmp_path, "seen")
        defined(connection, tmp_path, "free")
        domain = connection.domain_lookup_by_name("free")
        domain.create()
        domain.destroy()
        assert [each.name for each in connection.list_all_domains()] == ["free"]
    assert "domain:write denied: {'domain_name': 'secret-two'}" in daemon.said()


DISGUISES = {
    "name='free'": "<name>secret-two</name>",
    "id='1'": "<name>sec<!-- -->ret-two</name>",
    "id='2'": "<name>sec<?a b?>ret-two</name>",
    "id='3'": "<name>secret<b>-two</b></name>",
    "id='4'": "<name><![CDATA[secret-]]>two</name>",
    "id='5'": "<name>&#115;ecret-two</name>",
    "id='6'": "<name>secret-two</name><name>free</name>",
    "id='7'": "<name xmlns='a:b'>free</name><name>secret-two</name>",
    "id='8'": "<name>free</name><uuid>{uuid}</uuid>",
}
"""Documents of a guest that a rule hides, or would, by their attributes and names."""


def test_a_document_is_of_the_guest_that_it_makes(
    start: Callable[[str], PrivateVshd], tmp_path: Path
) -> None:
    """However a name is written, and whoever has the UUID already."""
    daemon = start("")
    with vsh.connect(daemon.uri()) as connection:
        defined(connection, tmp_path, "secret-one", "free")
        uuid = connection.domain_lookup_by_name("secret-one").uuid
    daemon.kill()
    daemon = start(ruled(tmp_path))
    with vsh.connect(daemon.uri()) as connection:
        for attribute, names in DISGUISES.items():
            text = (
                f"<domain type='qemu' {attribute}>{names.format(uuid=uuid)}"
                "<memory>65536</memory><os><type>hvm</type></os></domain>"
            )
            moving = TypedParams().set("destination_xml", "string", text)
            for make in (
                lambda text=text: connection.domain_define_xml(text),
                lambda text=text: connection.domain_create_xml(text, 0),
                lambda moving=moving: connection.domain_migrate_prepare3_params(moving, b"", 0),
            ):
                with pytest.raises(AccessDenied, match=r"^access denied: 'QEMU' denied access$"):
                    make()
        with pytest.raises(AccessDenied):
            connection.domain_lookup_by_name("free").rename("secret-three", 0)
        assert [each.name for each in connection.list_all_domains()] == ["free"]
    daemon.kill()
    daemon = start("")
    with vsh.connect(daemon.uri()) as connection:
        assert sorted(each.name for each in connection.list_all_domains()) == ["free", "secret-one"]


def test_a_saved_image_is_of_the_guest_in_it(
    start: Callable[[str], PrivateVshd], tmp_path: Path
) -> None:
    with vsh.connect("test:///default") as connection:
        connection.domain_lookup_by_name("test").save(str(tmp_path / "image"))
    daemon = start(ruled(tmp_path))
    rules = "[[rule]]\ndeny=['domain:*']\nonly.domain_name=['test']\n[[rule]]\nallow=['*:*']\n"
    (tmp_path / "rules.toml").write_text(rules)
    daemon.kill()
    daemon.start()
    file = str(tmp_path / "image")
    with vsh.connect(daemon.uri("test", "/default")) as connection:
        for look in (
            lambda: connection.domain_restore(file),
            lambda: connection.domain_restore_flags(file, None, 0),
            lambda: connection.domain_restore_params(TypedParams().set("file", "string", file), 0),
            lambda: connection.domain_save_image_get_xml_desc(file, 0),
            lambda: connection.domain_save_image_define_xml(file, "<domain/>", 0),
        ):
            with pytest.raises(AccessDenied):
                look()


def test_events_of_the_hidden_are_not_told(
    start: Callable[[str], PrivateVshd], tmp_path: Path
) -> None:
    """Another user of the same daemon does what this one may not know of."""
    rules = f"""
[[rule]]
users = ["sasl:*"]
allow = ["*:*"]
[[rule]]
users = ["{ME}"]
allow = ["*:*"]
only.domain_name = ["free"]
[[rule]]
users = ["{ME}"]
allow = ["connect:*"]
"""
    daemon = start(ruled(tmp_path))
    (tmp_path / "rules.toml").write_text(rules)
    daemon.kill()
    daemon.start()
    with vsh.connect(daemon.uri("test", "/default")) as connection:
        assert connection.list_all_domains() == []
        with connection.watch("lifecycle", timeout=1) as watch:
            (tmp_path / "free").mkdir()
            text = TinyGuest(tmp_path / "free", "free").file.read_text().replace("'qemu'", "'test'")
            connection.domain_define_xml(text)
            told = [event.domain.name for event in watch]
        assert told == ["free"]


def test_a_client_that_no_rule_knows(start: Callable[[str], PrivateVshd], tmp_path: Path) -> None:
    daemon = start(ruled(tmp_path))
    (tmp_path / "rules.toml").write_text('[[rule]]\nusers = ["nobody"]\nallow = ["*:*"]\n')
    daemon.kill()
    daemon.start()
    with pytest.raises(AccessDenied):
        vsh.connect(daemon.uri())


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("[[rule]]\nallow = ['domain']\n", "'domain' is no KIND:PERMISSION"),
        ("[[rule]]\nusers = ['a']\n", "rule 1: a rule has either 'allow' or 'deny'"),
        ("[[rule]]\nalow = ['*:*']\n", "rule 1: a rule has no 'alow'"),
        ("[[rule\n", "rules.toml: "),
        ("rule = [1]\n", "rule 1: a rule is a table"),
        ("[[rule]]\ndeny = ['domian:*']\n", "rule 1: there is no permission 'domian:*'"),
        ("[[rule]]\ndeny = ['domain:shutdown']\n", "there is no permission 'domain:shutdown'"),
        (
            "[[rule]]\ndeny = ['*:*']\nonly.domain_nmae = ['a']\n",
            "rule 1: no object has 'domain_nmae': there are domain_name",
        ),
        ("rules = 1\n", "there is nothing but [[rule]] in it, not 'rules'"),
    ],
)
def test_wrong_rules(tmp_path: Path, rules: str, said: str) -> None:
    """The daemon does not start with rules that it does not understand."""
    (tmp_path / "rules.toml").write_text(rules)
    (tmp_path / "vshd.conf").write_text(ruled(tmp_path))
    vshd = os.path.join(os.path.dirname(sys.executable), "vshd")
    done = subprocess.run(
        [vshd, "--config", str(tmp_path / "vshd.conf"), "--sockets", str(tmp_path / "run"),
         "--root", str(tmp_path / "root")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert said in done.stderr


def test_polkit_is_asked_with_libvirt_s_words(
    start: Callable[[str], PrivateVshd], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pkcheck of the test's own stands for polkit's authority, which this machine has not."""
    asked = tmp_path / "asked"
    program = tmp_path / "bin" / "pkcheck"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\necho "$@" >> {asked}\ncase "$*" in *domain.write*) exit 1;; esac\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
    daemon = start('access_drivers = ["polkit"]\n')
    with vsh.connect(daemon.uri("test", "/default")) as connection:
        domain = connection.domain_lookup_by_name("test")
        assert domain.get_state().state == 1
        with pytest.raises(AccessDenied):
            domain.set_autostart(1)
    lines = asked.read_text().splitlines()
    assert lines[0].startswith("--action-id org.libvirt.api.connect.getattr --process ")
    assert f"{os.getpid()}," in lines[0]
    assert lines[0].endswith("--detail connect_driver Test")
    [write] = [line for line in lines if "domain.write" in line]
    assert write.endswith(
        f"--detail connect_driver Test --detail domain_name test --detail domain_uuid {domain.uuid}"
    )
