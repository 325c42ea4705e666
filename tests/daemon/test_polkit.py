"""polkit's own authority on a bus of the test's own, with libvirt's actions, asked by a nobody."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import private_libvirtd
import pytest
from private_libvirtd import PrivateLibvirtd
from private_vshd import PrivateVshd

import vsh

if TYPE_CHECKING:
    from collections.abc import Iterator

POLKITD = "/usr/lib/polkit-1/polkitd"
ACTIONS = "/usr/share/polkit-1/actions/org.libvirt.unix.policy"
BUS = """<busconfig><type>system</type><listen>unix:path={}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/>
<allow receive_sender="*"/></policy></busconfig>"""
RULES = """
polkit.addRule(function(action, subject) {
    if (subject.user != "nobody") return polkit.Result.NOT_HANDLED;
    if (action.id == "org.libvirt.unix.manage") return polkit.Result.YES;
    if (action.id.indexOf("org.libvirt.api.") != 0) return polkit.Result.NOT_HANDLED;
    if (action.lookup("domain_name") == "hidden") return polkit.Result.NO;
    if (action.id == "org.libvirt.api.domain.stop") return polkit.Result.NO;
    return action.lookup("connect_driver") == "Test" ? polkit.Result.YES : polkit.Result.NO;
});
"""
HIDDEN = """<domain type='test'><name>hidden</name><memory>65536</memory>
<os><type>hvm</type></os></domain>"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may look into, with a bus, an authority and a folder of its rules."""
    needed = ["dbus-daemon", "pkcheck", "setpriv", "stdbuf", "unshare", "virsh"]
    missing = [name for name in needed if shutil.which(name) is None]
    missing += [path for path in (POLKITD, ACTIONS) if not os.path.exists(path)]
    if os.geteuid() != 0 or missing:
        pytest.skip(f"needs root, and {', '.join(missing) or 'nothing else'}")
    folder = Path(tempfile.mkdtemp(prefix="vsh-polkit-", dir="/tmp"))
    folder.chmod(0o755)
    (folder / "bus.conf").write_text(BUS.format(folder))
    (folder / "rules").mkdir(mode=0o755)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={folder}/bus")
    started = []
    with (folder / "said").open("wb") as said:
        script = f"mount --bind {folder}/rules /etc/polkit-1/rules.d && exec {POLKITD} --no-debug"
        for command in (
            ["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--nopidfile"],
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script],
        ):
            started.append(subprocess.Popen(command, stdout=said, stderr=said))
            until = time.monotonic() + 20
            while not (folder / "bus").exists():
                assert time.monotonic() < until
                time.sleep(0.02)
        ask = ["pkcheck", "--action-id", "org.libvirt.unix.monitor", "--process", str(os.getpid())]
        until = time.monotonic() + 20
        while subprocess.run(ask, capture_output=True).returncode:
            assert time.monotonic() < until, (folder / "said").read_text()
            time.sleep(0.1)
        try:
            yield folder
        finally:
            for each in reversed(started):
                each.terminate()
                each.wait(20)
            shutil.rmtree(folder)


def nobody(uri: str, command: str, *, readonly: bool = False) -> str:
    """What libvirt's virsh says to somebody without any rights of the system's, line by line."""
    done = subprocess.run(
        ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "stdbuf", "-oL",
         "virsh", "-q", "-c", uri, *(["-r"] if readonly else []), command],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
        env=os.environ | {"HOME": "/proc/none"},
    )  # fmt: skip
    return done.stdout


def test_the_authority_decides(place: Path) -> None:
    """Who may manage, who may only look, and which domains are there for whom."""
    config = place / "vshd.conf"
    config.write_text(
        'auth_unix_rw = "polkit"\nauth_unix_ro = "polkit"\naccess_drivers = [ "polkit" ]\n'
    )
    (place / "rules" / "10-vsh.rules").write_text("")
    daemon = PrivateVshd(place, "--config", str(config), "--verbose")
    daemon.start()
    uri = daemon.uri("test", "/default")
    looking = daemon.uri("test", "/default", readonly=True)
    try:
        with vsh.connect(daemon.uri("test", "/default")) as root:  # root need not ask
            root.domain_define_xml(HIDDEN)
            assert (
                "error: authentication unavailable: no polkit agent available to authenticate "
                "action 'org.libvirt.unix.manage'"
            ) in nobody(uri, "list")
            assert "test" in nobody(
                looking, "list", readonly=True
            )  # libvirt's own actions allow it
            assert "error: " in nobody(looking, "suspend test", readonly=True)
            (place / "rules" / "10-vsh.rules").write_text(RULES)
            until = time.monotonic() + 20
            while "test" not in nobody(uri, "list --all"):
                assert time.monotonic() < until, daemon.said()
                time.sleep(0.1)
            assert "hidden" not in nobody(uri, "list --all")
            assert "failed to get domain 'hidden'" in nobody(uri, "domstate hidden")
            assert nobody(uri, "suspend test") == ""
            assert "error: access denied" in nobody(uri, "destroy test")
            assert sorted(each.name for each in root.list_all_domains()) == ["hidden", "test"]
    finally:
        daemon.kill()
    assert "polkit: org.libvirt.unix.manage for process" in daemon.said()
    assert "domain:stop denied" in daemon.said()


NOTHING_HIDDEN = """
polkit.addRule(function(action, subject) {
    if (subject.user != "nobody") return polkit.Result.NOT_HANDLED;
    var kinds = ["domain_name", "network_name", "pool_name", "nwfilter_name", "vol_name",
                 "interface_name", "nwfilter_binding_portdev"];
    if (action.lookup("node_device_name") == "net_lo_00_00_00_00_00_00") return polkit.Result.NO;
    for (var i = 0; i < kinds.length; i++)
        if (action.lookup(kinds[i]) == "hidden") return polkit.Result.NO;
    if (/0001$/.test(action.lookup("secret_uuid"))) return polkit.Result.NO;
    if (action.id.indexOf("org.libvirt.api.") == 0 && /(stop|delete)$/.test(action.id))
        return polkit.Result.NO;
    return polkit.Result.YES;
});
"""
ID = "00000000-0000-4000-8000-0000000{}000{}"
DOCUMENTS = {
    "domain": "<domain type='qemu'><name>{}</name><uuid>{}</uuid><memory>65536</memory>"
    "<os><type>hvm</type></os></domain>",
    "network": "<network><name>{}</name><uuid>{}</uuid></network>",
    "pool": "<pool type='dir'><name>{0}</name><uuid>{1}</uuid>"
    "<target><path>{2}/{0}</path></target></pool>",
    "filter": "<filter name='{}'><uuid>{}</uuid></filter>",
    "secret": "<secret><description>{}</description><uuid>{}</uuid></secret>",
}
"""Each has one that is hidden, whose UUID ends with 1, and one that is not."""
BINDING = (
    "<filterbinding><owner><name>shown</name><uuid>" + ID.format(5, 2) + "</uuid></owner>"
    "<portdev name='{}'/><mac address='52:54:00:00:00:01'/><filterref filter='shown'/>"
    "</filterbinding>"
)


def asked(place: Path) -> list[str]:
    """Every kind listed, asked for by name and UUID, changed, defined."""
    lines = ["list --all", "net-list --all", "pool-list --all", "secret-list", "domstats --state"]
    for name, last in (("hidden", 1), ("shown", 2)):
        one, two, three, four, five = (ID.format(kind, last) for kind in range(5, 10))
        lines += [
            f"domstate {name}", f"dumpxml {one}", f"domuuid {name}", f"snapshot-list {name}",
            f"undefine {name}", f"net-info {name}", f"net-dumpxml {two}", f"net-undefine {name}",
            f"pool-info {name}", f"pool-dumpxml {three}", f"vol-list {name}",
            f"pool-undefine {name}", f"nwfilter-dumpxml {name}", f"nwfilter-undefine {four}",
            f"secret-dumpxml {five}", f"secret-get-value {five}", f"secret-undefine {five}",
        ]  # fmt: skip
        for kind, command in zip(
            DOCUMENTS, ("define", "net-define", "pool-define", "nwfilter-define", "secret-define"),
            strict=True,
        ):  # fmt: skip
            lines.append(f"{command} {place}/{kind}-{name}.xml")
    for name in ("hidden", "shown"):
        lines += [
            f"vol-info {name} --pool shown", f"vol-dumpxml {place}/shown/{name}",
            f"vol-clone shown {name} --pool shown", f"vol-create-as shown {name} 1M",
            f"vol-delete {name} --pool shown", f"iface-dumpxml {name}", f"net-port-list {name}",
            f"nwfilter-binding-create {place}/binding-{name}.xml",
            f"nwfilter-binding-dumpxml {name}", f"nwfilter-binding-delete {name}",
        ]  # fmt: skip
    lines += [
        "vol-list shown", "nodedev-dumpxml net_lo_00_00_00_00_00_00", "nodedev-dumpxml computer",
        "nwfilter-binding-list", "nodedev-destroy computer", "iface-dumpxml lo",
    ]  # fmt: skip
    return lines


def test_what_is_hidden_is_as_on_libvirtd(place: Path) -> None:
    """Who may not see an object hears on vshd, word for word, what he hears on libvirtd."""
    obstacle = private_libvirtd.obstacle()
    if obstacle:
        pytest.skip(obstacle)
    (place / "rules" / "10-vsh.rules").write_text(NOTHING_HIDDEN)
    config = place / "vshd.conf"
    config.write_text('auth_unix_rw = "polkit"\naccess_drivers = [ "polkit" ]\n')
    daemon = PrivateVshd(place, "--config", str(config))
    daemon.start()
    try:
        with PrivateLibvirtd() as peer:
            peer.folder.chmod(0o755)
            peer.restart(auth_unix_rw="polkit", access_drivers='[ "polkit" ]')
            theirs = told(peer.uri, place)
        ours = told(daemon.uri(), place)
    finally:
        daemon.kill()
    differ = {line: (ours[line], said) for line, said in theirs.items() if ours[line] != said}
    unsaid = {
        line: said
        for line, (said, _) in differ.items()
        if line.startswith(("iface", "nwfilter-binding")) and "hidden" in line
    }
    assert differ.keys() == unsaid.keys()  # there are none: what may not be seen is refused alike
    assert all("access denied" in said for said in unsaid.values())
    assert len(unsaid) == 3
    assert "hidden" not in theirs["list --all"]
    assert "shown" in theirs["list --all"]


CHANGING = re.compile(
    r"<mac address='[^']*'/>|<(?:capacity|allocation|available) .*|time>[0-9.]+|[0-9.]+ .iB"
)


def told(uri: str, place: Path) -> dict[str, str]:
    """What nobody hears, of what root has made."""
    with vsh.connect(uri) as root:
        make = (
            root.domain_define_xml, root.network_define_xml, root.storage_pool_define_xml,
            root.nwfilter_define_xml, root.secret_define_xml,
        )  # fmt: skip
        for number, (kind, document) in enumerate(DOCUMENTS.items()):
            for name, last in (("hidden", 1), ("shown", 2)):
                xml = document.format(name, ID.format(number + 5, last), place)
                (place / f"{kind}-{name}.xml").write_text(xml)
                make[number](xml)
        (place / "shown").mkdir()
        for name in ("hidden", "shown"):
            (place / "shown" / name).write_bytes(bytes(1 << 20))
            (place / f"binding-{name}.xml").write_text(BINDING.format(name))
        pool = root.storage_pool_lookup_by_name("shown")
        pool.create()
        until = time.monotonic() + 20
        while "shown" not in nobody(uri, "list --all"):  # the rules are read by and by
            assert time.monotonic() < until, nobody(uri, "list --all")
            time.sleep(0.1)
        lines = asked(place)
        said = nobody(uri, ";".join(f"echo '@@{line}@@';{line}" for line in lines)).split("@@")[1:]
        found = dict(zip(said[::2], said[1::2], strict=True))
        assert set(found) == set(lines)
        for binding in root.list_all_nwfilter_bindings():
            binding.delete()  # its rules are this machine's
        pool.destroy()
        shutil.rmtree(place / "shown")
        root.domain_lookup_by_name("hidden").undefine()
        root.domain_lookup_by_name("shown").undefine()
    return {line: CHANGING.sub("", text) for line, text in found.items()}
