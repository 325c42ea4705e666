"""A real libvirtd of one's own: for tests and benchmarks, beside whatever else runs on the machine.

The daemon lives in a mount namespace in which /run, /etc/libvirt and libvirt's folders under /var
are folders of one temporary directory; from outside its socket is a file in that directory.  A
supervisor (this file, run as a program inside the namespace) adopts and reaps every process the
daemon leaves behind, guests included, and ends them all when its standard input closes: nothing
outlives the caller.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "libvirt"  # QEMU's probed capabilities: 8 s to make, so kept between runs
TOOLS = ("libvirtd", "qemu-system-x86_64", "qemu-img", "unshare", "mount")
MOUNTS = {
    "run": "/run",
    "etc": "/etc/libvirt",
    "lib": "/var/lib/libvirt",
    "log": "/var/log/libvirt",
    "cache": "/var/cache/libvirt",
    "sasl2": "/etc/sasl2",
}
DAEMON_CONFIGURATION = """\
auth_unix_ro = "none"
auth_unix_rw = "none"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0777"
host_uuid = "8a1b6a2e-7c54-4b0e-9a53-0d4f5c1e2b3a"
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
"""
QEMU_CONFIGURATION = """\
user = "root"
group = "root"
dynamic_ownership = 0
remember_owner = 0
security_driver = "none"
seccomp_sandbox = 0
namespaces = []
cgroup_controllers = []
stdio_handler = "file"
"""


def tool(name: str) -> str | None:
    """The path of a system tool, the administrator's folders included, or None."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin")


def obstacle() -> str | None:
    """Why a private daemon cannot run here, or None if it can."""
    if os.geteuid() != 0:
        return "a private libvirtd needs root (mount namespaces)"
    missing = [name for name in TOOLS if tool(name) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (scripts/test installs them on Debian)"
    probe = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "true"], capture_output=True, text=True
    )
    return None if probe.returncode == 0 else f"no mount namespace: {probe.stderr.strip()}"


class PrivateLibvirtd:
    """One running daemon.  A context manager; ``stop`` ends it and all its guests.

    settings  more of libvirtd.conf: how to authenticate, where to listen besides the UNIX sockets
              (``listen_tcp`` or ``listen_tls``); ``start`` takes them as they are then
    mechanisms  SASL's, and ``user(name, password)`` makes a user of it
    socket   the path of its read-write UNIX socket, as seen from outside
    uri      a connection URI of its QEMU driver that virsh and vsh both understand
    folder   its temporary directory: run, etc, lib, log; images and whatever else a test puts there
    """

    def __init__(self) -> None:
        self.settings: dict[str, str | int] = {}
        self.mechanisms = "digest-md5 scram-sha-256 scram-sha-1 plain"
        self.folder = Path(tempfile.mkdtemp(prefix="vsh-libvirtd-", dir="/tmp"))
        self.socket = self.folder / "run/libvirt/libvirt-sock"
        self.socket_readonly = self.folder / "run/libvirt/libvirt-sock-ro"
        self.log = self.folder / "log/libvirtd.log"
        CACHE.mkdir(parents=True, exist_ok=True)
        for name in ("run", "etc", "lib", "log", "images", "sasl2"):
            (self.folder / name).mkdir()
        (self.folder / "run/lock").mkdir()  # where /var/lock leads: consoles are locked there
        (self.folder / "cache").symlink_to(CACHE)
        (self.folder / "etc/qemu.conf").write_text(QEMU_CONFIGURATION)
        for path in MOUNTS.values():
            Path(path).mkdir(parents=True, exist_ok=True)
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__]
        self._supervisor = subprocess.Popen(
            [*command, str(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C for the tests is not one for the daemon
        )
        try:
            self.start()
        except BaseException:
            self.stop()
            raise

    def uri_of(self, scheme: str = "qemu", path: str = "/system", *, readonly: bool = False) -> str:
        """The URI of one of the daemon's drivers."""
        end = self.socket_readonly if readonly else self.socket
        return f"{scheme}+unix://{path}?socket={end}"

    @property
    def uri(self) -> str:
        return self.uri_of()

    @property
    def process(self) -> int:
        """A process of the mount namespace that the daemon lives in."""
        return self._supervisor.pid

    def start(self) -> None:
        """Start the daemon (again), and wait until it takes connections."""
        self._configure()
        listens = self.settings.get("listen_tcp") or self.settings.get("listen_tls")
        self._ask("start --listen" if listens else "start")
        limit = time.monotonic() + 30
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(str(self.socket))
                return
            except OSError:
                if time.monotonic() > limit or not self.alive():
                    raise RuntimeError(f"libvirtd did not start: {self.messages()}") from None
            time.sleep(0.01)

    def restart(self, **settings: str | int) -> None:
        """Start the daemon anew with these settings instead of those it had."""
        if self.alive():
            self.kill(signal.SIGTERM)
        self.settings = settings
        self.start()

    def user(self, name: str, password: str) -> None:
        """Let somebody authenticate by SASL."""
        command = [tool("saslpasswd2") or "saslpasswd2", "-p", "-a", "libvirt", "-f"]
        database = self.folder / "etc/passwd.db"
        subprocess.run([*command, str(database), name], input=password, text=True, check=True)

    def run(self, *command: str) -> int:
        """Start a program where the daemon lives; its process id.  It ends with the daemon."""
        assert not any(len(word.split()) != 1 for word in command)
        return int(self._ask("run " + " ".join(command)))

    def _configure(self) -> None:
        """Write the daemon's files."""
        lines = [DAEMON_CONFIGURATION]
        for name, value in self.settings.items():
            lines = [re.sub(rf"(?m)^{name} = .*\n", "", text) for text in lines]
            plain = isinstance(value, int) or value.startswith("[")  # a number, a list
            shown = value if plain else f'"{value}"'
            lines.append(f"{name} = {shown}\n")
        (self.folder / "etc/libvirtd.conf").write_text("".join(lines))
        (self.folder / "sasl2/libvirt.conf").write_text(
            f"mech_list: {self.mechanisms}\nsasldb_path: /etc/libvirt/passwd.db\n"
        )

    def kill(self, number: int = signal.SIGKILL) -> None:
        """End the daemon itself, with a signal; its guests go on, as they do in real life."""
        self._ask(f"kill {int(number)}")

    def alive(self) -> bool:
        return self._ask("alive") == "yes"

    def messages(self) -> str:
        """The last lines of the daemon's log."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-10:])

    def virsh(self, *words: str, check: bool = True) -> str:
        """What the real virsh prints: for setting the scene, and for looking from another side."""
        command = [tool("virsh") or "virsh", "-q", "-c", self.uri, *words]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr}\n{self.messages()}")
        return done.stdout

    def stop(self) -> None:
        if self._supervisor.poll() is None:
            self._supervisor.communicate()  # closes its input: it ends everything, then itself
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()

    def _ask(self, request: str) -> str:
        channel = self._supervisor
        assert channel.stdin is not None
        assert channel.stdout is not None
        channel.stdin.write(request + "\n")
        channel.stdin.flush()
        return channel.stdout.readline().strip()


# What follows runs inside the namespace.


def reap() -> None:
    """Collect every ended child and adopted orphan."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def children() -> list[int]:
    """Living processes whose parent is this one."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            fields = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            found.append(int(entry))
    return found


def end(process: int, number: int) -> None:
    """Signal one of our children and wait until it is gone; one that does not go is killed.

    Gone is reaped: of a zombie other threads may still hold its sockets, which take connections
    that nobody answers.
    """
    limit = time.monotonic() + 10
    while os.path.exists(f"/proc/{process}"):
        try:
            os.kill(process, number if time.monotonic() < limit else signal.SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def supervise(folder: str) -> None:
    """Answer "start", "kill NUMBER", "alive" and "run PROGRAM" on standard input until it
    closes."""
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    for name, path in MOUNTS.items():
        source = os.path.realpath(os.path.join(folder, name))
        subprocess.run(["mount", "--bind", source, path], check=True)
    signal.signal(signal.SIGCHLD, lambda *_: reap())
    daemon = 0
    for line in sys.stdin:
        request, *values = line.split()
        answer = "done"
        if request == "start":
            daemon = start_daemon(folder, *values)
        elif request == "kill":
            end(daemon, int(values[0]))
        elif request == "run":
            answer = str(start_program(folder, values[0], *values))
        elif request == "alive":
            answer = "yes" if daemon in children() else "no"
        print(answer, flush=True)
    end(daemon, signal.SIGTERM)
    while left := children():
        for process in left:
            end(process, signal.SIGKILL)


def start_daemon(folder: str, *options: str) -> int:
    """libvirtd as a child in the foreground; its process id."""
    program = tool("libvirtd") or "libvirtd"
    files = ("-f", "/etc/libvirt/libvirtd.conf", "-p", folder + "/pid")
    return start_program(folder, program, program, *files, *options)


def start_program(folder: str, program: str, *words: str) -> int:
    """A child whose output goes to a file; its process id."""
    process = os.fork()
    if process:
        return process
    try:
        null = os.open("/dev/null", os.O_RDWR)
        output = os.open(folder + "/log/stderr", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for descriptor, target in ((null, 0), (output, 1), (output, 2)):
            os.dup2(descriptor, target)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.execv(program, words)
    finally:
        os._exit(127)


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens at now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    supervise(sys.argv[1])
