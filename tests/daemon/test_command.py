"""The options and settings of vshd, signals, and systemd's sockets: real processes."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from private_vshd import VSHD, PrivateVshd

import vsh
from vsh.daemon import config
from vsh.daemon.log import DEBUG, ERROR, INFO, WARNING, Log
from vsh.errors import (
    AuthFailed,
    ConfigUnsupported,
    ConfSyntax,
    Error,
    InternalError,
    InvalidArgument,
    NoDomain,
    OpenFailed,
    SystemFailure,
)  # fmt: skip
from vsh.rpc.message import pack
from vsh.rpc.programs import REMOTE


def settings(tmp_path: Path, text: str) -> config.Configuration:
    path = tmp_path / "vshd.conf"
    path.write_text(text)
    return config.load(str(path))


def test_settings(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        '# all kinds\nlisten_tcp = 1\ntcp_port = "5"\nmax_clients=70\nkeepalive_interval = -1\n'
        'tls_allowed_dn_list = ["a", "b"]\nnovelty = 3\naudit_level = 2\n',
    )
    assert (found.listen_tcp, found.tcp_port, found.max_clients) == (True, "5", 70)
    assert (found.keepalive_interval, found.tls_allowed_dn_list) == (-1, ["a", "b"])
    assert found.unknown == ["novelty"]
    assert found.max_workers == 20
    assert found.mode("unix_sock_ro_perms") == 0o777
    assert found.mode("unix_sock_rw_perms") == 0o700


OLD = {"keepalive_required", "admin_keepalive_required"}
"""Names that libvirtd itself reads no more."""


def test_all_names_of_libvirtd() -> None:
    """Those that are in its own file, and what each is where nobody says anything."""
    path = Path("/etc/libvirt/libvirtd.conf")
    if not path.exists():
        pytest.skip(f"there is no {path}: libvirt-daemon-system is not installed")
    names = set(re.findall(r"^#?([a-z_]+) = ", path.read_text(), re.MULTILINE))
    assert len(names) > 40
    assert names - OLD - set(config.KINDS) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\nlisten_tcp = 2\n", ":2: value for 'listen_tcp' parameter must be 0 or 1"),
        ('listen_tls = "1"\n', ":1: expected a bool for 'listen_tls' parameter"),
        ("listen_tcp = -1\n", ":1: expected a bool for 'listen_tcp' parameter"),
        ("tcp_port = 16509\n", ":1: expected a string for 'tcp_port' parameter"),
        ("#\n#\nmax_clients = -1\n", ":3: expected an unsigned integer for 'max_clients'"),
        ("max_workers = 0\n", ":1: 'max_workers' must be greater than 0"),
        ('tls_allowed_dn_list = "x"\n', ":1: expected a string list for 'tls_allowed_dn_list'"),
        ("keepalive_interval = 4294967296\n", ":1: value for 'keepalive_interval' parameter must"),
        ('host_uuid_source = "dice"\n', ":1: invalid UUID source: dice"),
    ],
)
def test_wrong_settings_name_their_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(InternalError) as caught:
        settings(tmp_path, text)
    assert f"{tmp_path}/vshd.conf{expected}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected", "kind"),
    [
        ('auth_tcp = "magic"\n', ":1: auth_tcp: unsupported auth magic", ConfigUnsupported),
        ("tcp_min_ssf = 20\n", ":1: minimum SSF levels lower than 112", ConfigUnsupported),
        ("log_level = 9\n", ":1: Failed to set logging priority, argument '9'", InvalidArgument),
        ("max_clients 5\n", ":1: expecting an assignment", ConfSyntax),
        ("tls_allowed_dn_list = [1]\n", ":1: expected a string list for 'tls_", ConfSyntax),
        ("audit_level = 1; tcp_port = 9\n", ":1: expected a string for 'tcp_port'", InternalError),
    ],
)
def test_wrong_settings_have_libvirt_s_numbers(
    tmp_path: Path, text: str, expected: str, kind: type[Error]
) -> None:
    with pytest.raises(kind) as caught:
        settings(tmp_path, text)
    assert f"{tmp_path}/vshd.conf{expected}" in str(caught.value)


def test_the_first_of_two_counts(tmp_path: Path) -> None:
    assert settings(tmp_path, 'tcp_port = "1"; tcp_port = "2"\n').tcp_port == "1"


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(OpenFailed, match="No such file"):
        config.load(str(tmp_path / "none"))


def test_a_wrong_mode(tmp_path: Path) -> None:
    with pytest.raises(ConfSyntax, match="Failed to parse mode '0888'"):
        settings(tmp_path, 'unix_sock_rw_perms = "0888"\n').mode("unix_sock_rw_perms")


def test_log_filters_and_outputs(tmp_path: Path) -> None:
    log = Log(WARNING, "1:daemon.auth 4:noise", f"1:file:{tmp_path}/all 4:file:{tmp_path}/errors")
    for level, source in ((DEBUG, "daemon.auth"), (INFO, "daemon.server"), (WARNING, "noise.x")):
        log.say(level, source, f"{source} {level}")
    log.say(ERROR, "daemon.server", "bad")
    log.close()
    lines = (tmp_path / "all").read_text().splitlines()
    assert [line.split(": ", 2)[2] for line in lines] == [
        "debug : daemon.auth : daemon.auth 1",
        "error : daemon.server : bad",
    ]
    assert (tmp_path / "errors").read_text().endswith("error : daemon.server : bad\n")


def test_the_machine_s_number(tmp_path: Path) -> None:
    """As the settings have it, anew by a signal; one that is none is refused."""
    number = "8a1b6a2e-7c54-4b0e-9a53-0d4f5c1e2b3a"
    path = tmp_path / "vshd.conf"
    path.write_text(f'host_uuid = "{number}"\n')
    daemon = PrivateVshd(tmp_path, "--config", str(path), "--verbose")
    daemon.start()
    try:
        with vsh.connect(daemon.uri()) as connection:
            assert f"<uuid>{number}</uuid>" in connection.get_capabilities()
            reloaded(daemon, f'host_uuid = "{"0" * 32}"\n', "invalid host UUID: 000")
            assert f"<uuid>{number}</uuid>" in connection.get_capabilities()
            reloaded(daemon, 'host_uuid_source = "machine-id"\n', "settings reloaded")
            known = Path("/etc/machine-id")
            if known.exists():
                assert str(UUID(known.read_text().strip())) in connection.get_capabilities()
    finally:
        daemon.kill()


def test_who_called_what(tmp_path: Path) -> None:
    """Each call with who made it and what came of it, where the log is asked for it."""
    path = tmp_path / "vshd.conf"
    path.write_text('log_filters = "1:daemon.calls"\n')
    daemon = PrivateVshd(tmp_path, "--config", str(path))
    daemon.start()
    try:
        with vsh.connect(daemon.uri("test", "/default")) as connection:
            connection.domain_lookup_by_name("test").suspend()
            with pytest.raises(NoDomain):
                connection.domain_lookup_by_name("no\nline")
    finally:
        daemon.kill(signal.SIGTERM)
    who = rf"daemon.calls : client \d+ \(process {os.getpid()}, user {os.geteuid()}\)"
    assert re.search(rf"{who}: domain_suspend: done \(", daemon.said())
    assert re.search(rf"{who}: domain_lookup_by_name: Domain not found", daemon.said())


@pytest.mark.parametrize("outputs", ["5:stderr", "1:nowhere", "1:file", "1:file:/no/such/folder/x"])
def test_wrong_log_outputs(outputs: str) -> None:
    with pytest.raises((InvalidArgument, SystemFailure)):
        Log(outputs=outputs)


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(VSHD), *options], capture_output=True, text=True, timeout=30)


def test_statuses(tmp_path: Path) -> None:
    assert run("--nonsense").returncode == 1
    assert run("-t", "-5").returncode == 1
    done = run("--config", f"{tmp_path}/none")
    assert done.returncode == 1
    assert f"failed to open configuration file '{tmp_path}/none': No such" in done.stderr
    assert run("-V").stdout == f"vshd (vsh) {vsh.__version__}\n"
    (tmp_path / "file").write_text("")
    done = run("--sockets", f"{tmp_path}/file/x", "--pid-file", f"{tmp_path}/pid")
    assert done.returncode == 6
    assert "vshd: error: " in done.stderr
    (tmp_path / "file").write_text('unix_sock_dir = "no/such"')
    done = run("--config", f"{tmp_path}/file", "--pid-file", f"{tmp_path}/pid")
    assert done.returncode == 6
    assert "cannot listen at no/such/libvirt-sock: No such file or directory" in done.stderr
    done = run("--sockets", f"{tmp_path}/run", "--pid-file", f"{tmp_path}/none/pid")
    assert done.returncode == 1
    assert f"Failed to open pid file '{tmp_path}/none/pid': No such file" in done.stderr
    (tmp_path / "file").write_text('unix_sock_group = "+nobodies"')
    done = run("--config", f"{tmp_path}/file", "--sockets", f"{tmp_path}/run")
    assert done.returncode == 6
    assert "invalid argument: Failed to parse group 'nobodies'" in done.stderr
    (tmp_path / "file").write_text('access_drivers = ["dice"]')
    done = run("--config", f"{tmp_path}/file", "--sockets", f"{tmp_path}/run")
    assert done.returncode == 1
    assert "Cannot find security driver 'dice'" in done.stderr
    (tmp_path / "file").write_text("max_clients = 5")
    done = run("--config", f"{tmp_path}/file", "--sockets", f"{tmp_path}/run")
    assert done.returncode == 3
    assert "overall maximum number of clients must not be less than" in done.stderr


def test_daemon_tells_when_it_is_ready(tmp_path: Path) -> None:
    """``--daemon``: the command ends when clients can come; its number is in the file."""
    options = ("-d", "--sockets", f"{tmp_path}/run", "--root", f"{tmp_path}/root")
    done = run(*options)
    assert (done.returncode, done.stderr) == (0, "")
    number = int((tmp_path / "run" / "vshd.pid").read_text())
    try:
        with vsh.connect(f"test+unix:///default?socket={tmp_path}/run/libvirt-sock") as connection:
            assert connection.get_type() == "TEST"
        second = run(*options)
        assert second.returncode == 1
        assert f"another daemon ({number}) holds" in second.stderr
    finally:
        os.kill(number, signal.SIGTERM)
    until = time.monotonic() + 10
    while (tmp_path / "run" / "vshd.pid").exists():
        assert time.monotonic() < until
        time.sleep(0.02)
    assert not (tmp_path / "run" / "libvirt-sock").exists()


def reloaded(daemon: PrivateVshd, text: str, said: str) -> None:
    """Give it other settings, and wait until it says what it makes of them."""
    (daemon.folder / "vshd.conf").write_text(text)
    before = daemon.said().count(said)
    assert daemon.process is not None
    daemon.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 20
    while daemon.said().count(said) == before:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_hang_up_reloads(tmp_path: Path) -> None:
    """Wrong settings change nothing; right ones all that can be changed: who waited comes in."""
    path = tmp_path / "vshd.conf"
    path.write_text("max_clients = 1\nmax_anonymous_clients = 0\n")
    daemon = PrivateVshd(tmp_path, "--config", str(path), "--verbose")
    daemon.start()
    try:
        with vsh.connect(daemon.uri("test", "/default")) as first, socket.socket(
            socket.AF_UNIX
        ) as second:  # fmt: skip
            second.settimeout(0.2)
            second.connect(str(daemon.socket))
            call = pack(REMOTE, 1, 66, 0, 0, 0, b"")
            second.sendall(call)
            with pytest.raises(TimeoutError):
                second.recv(4)
            reloaded(daemon, "max_clients = -4\n", "settings not reloaded")
            reloaded(daemon, "listen_tls = 2\n", "settings not reloaded")
            reloaded(
                daemon,
                'log_level = 1\nmax_workers = 2\nunix_sock_rw_perms = "0712"\ntcp_port = "7"\n'
                'auth_unix_rw = "sasl"\n',
                "settings reloaded",
            )
            second.settimeout(20)
            assert len(second.recv(4)) == 4
            assert first.list_all_domains() != []
        assert "'tcp_port' is as it was until the next start" in daemon.said()
        assert daemon.socket.stat().st_mode & 0o777 == 0o712
        with pytest.raises(AuthFailed):
            vsh.connect(daemon.uri("test", "/default")).close()
    finally:
        daemon.kill()


STARTER = """
import os, sys
ends = [int(each) for each in sys.argv[1].split(",")]
for place, end in enumerate(ends, 3):
    os.dup2(end, place)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = str(len(ends))
os.environ["LISTEN_FDNAMES"] = sys.argv[2]
os.execv(sys.argv[3], sys.argv[3:])
"""


@pytest.mark.parametrize(
    "names", ["vshd.socket:vshd-ro.socket", "libvirtd.socket:libvirtd-ro.socket", ""]
)
def test_systemd_s_sockets(tmp_path: Path, names: str) -> None:
    """Sockets that somebody else made: they stay when the daemon ends."""
    ends = []
    for name in ("libvirt-sock", "libvirt-sock-ro"):
        end = socket.socket(socket.AF_UNIX)
        end.bind(f"{tmp_path}/{name}")
        end.listen(5)
        high = os.dup2(end.fileno(), 50 + len(ends), inheritable=True)
        end.close()
        ends.append(high)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"{tmp_path}/notify")
        manager.settimeout(20)
        process = subprocess.Popen(
            [
                sys.executable, "-c", STARTER, ",".join(map(str, ends)), names, str(VSHD),
                "--root", f"{tmp_path}/root", "--pid-file", f"{tmp_path}/pid",
            ],
            close_fds=False,
            env=os.environ | {"NOTIFY_SOCKET": f"{tmp_path}/notify"},
        )  # fmt: skip
        try:
            assert manager.recv(100) == b"READY=1"
            with vsh.connect(f"test+unix:///default?socket={tmp_path}/libvirt-sock") as one:
                one.domain_lookup_by_name("test").suspend()
            with vsh.connect(f"test+unix:///default?socket={tmp_path}/libvirt-sock-ro") as one:
                domain = one.domain_lookup_by_name("test")
                with pytest.raises(vsh.Error, match="read only access prevents"):
                    domain.resume()
        finally:
            process.terminate()
            assert process.wait(20) == 0
            for end_number in ends:
                os.close(end_number)
    assert (tmp_path / "libvirt-sock").exists()


ROOT = Path(__file__).resolve().parents[2]


def test_the_manual_page_has_every_option_and_setting() -> None:
    """And no setting that is not read; the units' sockets are those that the daemon knows."""
    page = (ROOT / "man" / "man8" / "vshd.8").read_text().replace("\\-", "-")
    shown = subprocess.run(
        [str(VSHD), "--help"], capture_output=True, text=True, env=os.environ | {"COLUMNS": "200"}
    ).stdout
    options = {word for word in shown.replace("│", " ").split() if word.startswith("--")}
    assert {"--listen", "--config", "--timeout", "--pid-file"} < options
    assert [each for each in options - {"--help"} if each not in page] == []
    known = config.Limits.__annotations__ | config.Configuration.__annotations__
    assert [name for name in known if name not in page] == []
    for unit in (ROOT / "vsh" / "daemon" / "systemd").glob("*.socket"):
        assert "Service=vshd.service" in unit.read_text()
