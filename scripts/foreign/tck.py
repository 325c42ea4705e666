"""libvirt-tck, by which libvirt's own drivers are judged, on a host of each daemon.

Its sources are not part of this project: a folder with ``lib/Sys/Virt/TCK.pm`` and
``scripts/*/*.t`` is given.  Each script is run where libvirtd is, then where vshd is; what one
reports of its tests is held against what the other does.  The hosts are as packages make them (QEMU
runs as a user of its own, in control groups), but that guests are emulated: not every machine's KVM
boots Linux.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from foreign.hosts import EMPTY, PATH, Host, remove_guests

import vsh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from vsh import Connection

SCRATCH = "/mnt/libvirt-tck"
PATIENCE = 1200
NETWORK = """<network><name>default</name><bridge name='virbr0'/><forward mode='nat'/>
<ip address='192.168.122.1' netmask='255.255.255.0'>
<dhcp><range start='192.168.122.2' end='192.168.122.254'/></dhcp></ip></network>"""
# A host of its own; it lives until its input is closed.  $1 is its folder, $2 its UUID, $3 what it
# has in its configuration of QEMU; $4 says that it has the network of another one.
HOST = f"""set -e
mkdir -p {EMPTY}
for folder in {EMPTY} /mnt; do mount -t tmpfs none $folder; done
mkdir -p /run/libvirt /run/lock /var/lib/libvirt/images /var/lib/libvirt/qemu/nvram {SCRATCH}
mount --bind "$1/scratch" {SCRATCH}
chmod 755 {SCRATCH}
mount --bind "$1/service" "$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v service)"
mkdir -p /mnt/over/up /mnt/over/work
mknod /mnt/over/up/kvm c 0 0  # not there: where it is no KVM libvirtd probes QEMU at every call
kept=$(awk '$2 ~ "^/dev/" {{print $2}}' /proc/mounts)
for each in $kept; do
    mkdir -p /mnt$each
    mount --move $each /mnt$each
done
mount -t overlay -o lowerdir=/dev,upperdir=/mnt/over/up,workdir=/mnt/over/work none /dev
for each in $kept; do mount --move /mnt$each $each; done
mount --rbind /sys/fs/cgroup /run/lock
mount -t sysfs none /sys
mount --rbind /run/lock /sys/fs/cgroup
umount -l /run/lock
if [ -z "$4" ]; then
    ip link set lo up
    ip link add tcknic type veth peer name tckpeer
    ip address add 10.213.0.1/24 dev tcknic
    ip link set tcknic up
    ip link set tckpeer up
fi
printf 'stdio_handler = "file"\\nmigration_host = "10.213.0.1"\\n%s' "$3" > /etc/libvirt/qemu.conf
cat > /etc/libvirt/libvirtd.conf << END
log_outputs = "3:file:$1/daemon.log"
auth_unix_rw = "none"
host_uuid = "$2"
END
cp /etc/libvirt/libvirtd.conf /etc/libvirt/vshd.conf
[ ! -d /usr/share/libvirt/nwfilter ] || cp -r /usr/share/libvirt/nwfilter /etc/libvirt/
echo ready
exec cat
"""
# What starts and stops the daemon, as the scripts about its hooks ask.
SERVICE = """#!/bin/sh
pid=/run/kit-daemon.pid
alive() {{ [ -s $pid ] && grep -qs '^State:.[^Z]' "/proc/$(cat $pid 2>/dev/null)/status"; }}
case $2 in
start) {start} && until [ -S /run/libvirt/libvirt-sock ]; do sleep 0.05; done;;
stop) kill "$(cat $pid)"; while alive; do sleep 0.05; done; rm -f $pid;;
restart) "$0" "$1" stop; "$0" "$1" start;;
reload) kill -HUP "$(cat $pid)"; sleep 0.5;;
status) if alive; then echo "$1 is running"; else echo "$1 is stopped"; fi;;
esac
"""
LINE = re.compile(r"(?m)^(not )?ok (\d+)\b(?: - )?(.*)$")
SKIPPED = re.compile(r"# skip\b", re.IGNORECASE)


@dataclass
class Report:
    """What a script said of its tests: whether each that was run is well, and how it ended."""

    status: int
    text: str
    planned: int = 0
    well: dict[int, bool] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, status: int, text: str) -> Report:
        """Read the Test Anything Protocol."""
        report = cls(status, text)
        if plan := re.search(r"(?m)^1\.\.(\d+)", text):
            report.planned = int(plan[1])
        for failed, number, name in LINE.findall(text):
            report.well[int(number)] = not failed
            report.names[int(number)] = name
            if SKIPPED.search(name):
                report.skipped.add(int(number))
        return report

    def passed(self) -> set[int]:
        """The tests that were run and are well."""
        return {number for number, well in self.well.items() if well} - self.skipped

    def __str__(self) -> str:
        words = [f"{len(self.passed())} of {self.planned}"]
        if self.skipped:
            words.append(f"{len(self.skipped)} skipped")
        if bad := sum(not well for well in self.well.values()):
            words.append(f"{bad} not ok")
        if self.planned > len(self.well):
            words.append(f"{self.planned - len(self.well)} not reached")
        return ", ".join(words)


def compared(theirs: Report, ours: Report) -> tuple[str, list[str]]:
    """The verdict on ours, and the tests that libvirtd passes and ours does not."""
    lost = sorted(theirs.passed() - ours.passed())
    if lost or (theirs.status == 0 and ours.status != 0):
        return "DIFFERS", [f"{number} {theirs.names[number]}" for number in lost]
    if not theirs.well and not ours.well and theirs.status:
        return "runs on neither", []
    if more := ours.passed() - theirs.passed():
        return f"same, and {len(more)} more", []
    return "same", []


class KitHost(Host):
    """A host for the kit; ``start`` is the command that starts the daemon in the background.

    first  the host that guests come from: this one shares its network and its files
    """

    def __init__(self, folder: Path, name: str, start: str, first: KitHost | None = None) -> None:
        super().__init__(folder)
        self.name = name
        self.first = first
        folder.chmod(0o755)
        if first is None:
            (folder / "scratch").mkdir()
        else:
            (folder / "scratch").symlink_to(first.folder / "scratch")
        service = folder / "service"
        service.write_text(SERVICE.format(start=start))
        service.chmod(0o755)
        self.log = folder / "daemon.log"
        command = ["unshare", "--mount", "--propagation", "private"]
        if first is None:
            command.append("--net")
            words = ["", ""]
        else:  # the guests of both have the same names, and so would their control groups
            command[:0] = ["nsenter", f"--net=/proc/{first.process()}/ns/net"]
            words = ["cgroup_controllers = []\n", "second"]
        self._holder = subprocess.Popen(
            [*command, "sh", "-c", HOST, "sh", str(folder), str(uuid4()), *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"ready\n":
            raise RuntimeError("no namespaces for a host")

    def process(self) -> int:
        return self._holder.pid

    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self.inside("service", "libvirtd", "status").endswith("running\n")

    def inside(self, *command: str) -> str:
        """What a command prints on the host.  Raises CalledProcessError."""
        done = subprocess.run(
            self._entering(*command), check=True, stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, env={**os.environ, "PATH": PATH},
        )  # fmt: skip
        return done.stdout

    def script(self, script: Path, library: Path, settings: Path) -> Report:
        """Run one script, all that it starts with it."""
        environment = {
            "PATH": PATH, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.folder),
            "LIBVIRT_TCK_CONFIG": str(settings), "LIBVIRT_TCK_AUTOCLEAN": "1",
        }  # fmt: skip
        runner = "sh" if script.read_text().startswith("#!/bin/sh") else "perl"
        options = [f"-I{library}"] if runner == "perl" else []
        running = subprocess.Popen(
            self._entering(runner, *options, str(script)), env=environment, text=True,
            errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            text = running.communicate(timeout=PATIENCE)[0]
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            text = running.communicate()[0] + f"\nno end within {PATIENCE} s\n"
        return Report.of(running.returncode, text)

    def clean(self) -> None:
        """Take away what a script left, but the network that all expect."""
        with self.connect() as connection:
            remove_guests(connection)
            if self.first is not None:
                return
            network = expected(connection)
            if not network.is_active():
                network.create()
        for left in (self.folder / "scratch").iterdir():
            if left.name != "ssh" and not left.name.startswith("os-"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def __enter__(self) -> Self:
        self.inside("service", "libvirtd", "start")
        limit = time.monotonic() + 60
        while True:
            try:
                self.clean()
            except vsh.Error:
                if time.monotonic() > limit:
                    raise
                time.sleep(0.1)
            else:
                return self

    def __exit__(self, *raised: object) -> None:
        if self.alive():
            self.clean()
            if self.first is None:
                with self.connect() as connection:
                    expected(connection).destroy()
            self.inside("service", "libvirtd", "stop")
        self._holder.communicate()

    def _entering(self, *command: str) -> list[str]:
        own = f"/proc/{self.process()}/ns"
        place = f"--wd={self.folder}"
        return ["nsenter", f"--mount={own}/mnt", f"--net={own}/net", place, *command]


def expected(connection: Connection) -> vsh.Network:
    """The network ``default``, made where it is not there."""
    for network in connection.list_all_networks():
        if network.name == "default":
            return network
    return connection.network_define_xml(NETWORK)


@dataclass(frozen=True)
class Materials:
    """What the kit's guests are made of: files, or None.

    kernel, initrd  for the guests that need no system; without them, a kernel that only waits
    image           a disk with a system that has SSH, for ``key``, and a guest agent
    disk            a block device that may be overwritten, of 512 MB at least
    """

    kernel: Path | None = None
    initrd: Path | None = None
    image: Path | None = None
    key: Path | None = None
    disk: str = ""

    def settings(self, host: KitHost, other: KitHost | None) -> Path:
        """Put the files where the kit looks for them on a host; the file of its settings.

        other  the host that guests move to
        """
        machine = os.uname().machine
        scratch = host.folder / "scratch"
        systems = scratch / f"os-{machine}-hvm"
        systems.mkdir(exist_ok=True)
        kernel, initrd = systems / "vmlinuz", systems / "initrd"
        kernel.write_bytes(self.kernel.read_bytes() if self.kernel else waiting_kernel())
        initrd.write_bytes(self.initrd.read_bytes() if self.initrd else bytes(512))
        lines = [
            'uri: "qemu:///system"',
            f"scratch_dir: {SCRATCH}",
            "kernels:",
            f"  - arch: {machine}\n    ostype:\n      - hvm",
            f"    kernel: {SCRATCH}/{systems.name}/vmlinuz",
            f"    initrd: {SCRATCH}/{systems.name}/initrd",
            # the kit takes the first of a list only where it has two
            "host_network_devices:\n  - tcknic\n  - tcknic",
            "nvram_file_path: /var/lib/libvirt/qemu/nvram/test_VARS.fd",
        ]
        templates = sorted(Path("/usr/share/OVMF").glob("OVMF_VARS*.fd"))
        lines += [f"nvram_file_template: {each}" for each in templates[:1]]
        if other is not None:
            lines.append(f'otheruri: "qemu+unix:///system?socket={other.socket()}"')
        if self.disk:
            lines.append("host_block_devices:" + f"\n  - path: {self.disk}" * 2)
        if self.image:
            shutil.copyfile(self.image, systems / "disk-given.img")
            lines.append(
                f"images:\n  - arch: {machine}\n    ostype:\n      - hvm\n    osname: given"
            )
        if self.key:
            (scratch / "ssh").mkdir(exist_ok=True)
            shutil.copy(self.key, scratch / "ssh/id_rsa")
        settings = host.folder / "settings.yml"
        settings.write_text("\n".join(lines) + "\n")
        return settings


def waiting_kernel() -> bytes:
    """A Linux kernel's image whose program stops the processor, and no more."""
    image = bytearray(1536)
    image[0x1F1] = 1  # sectors of the program after the first one
    image[0x1FE:0x200] = b"\x55\xaa"
    image[0x200:0x202] = b"\xeb\x66"  # past the header
    image[0x202:0x208] = b"HdrS\x02\x02"
    image[0x211] = 1  # the rest is loaded high
    image[0x214:0x218] = (0x100000).to_bytes(4, "little")
    image[0x268:0x26C] = b"\xfa\xf4\xeb\xfd"  # cli; hlt, again and again
    return bytes(image)


def scripts_of(folder: Path, names: list[str]) -> Iterator[Path]:
    """The kit's scripts in their order; those only in whose path one of the names is."""
    for script in sorted((folder / "scripts").glob("*/*.t")):
        if not names or any(name in str(script.relative_to(folder)) for name in names):
            yield script


def adopting(work: Callable[[], int]) -> int:
    """What a function gives, called in a child; what that leaves behind is taken leave of.

    libvirtd waits for the end of a QEMU until nobody has it as a zombie, and not every init is
    quick to take it away.
    """
    set_child_subreaper = 36
    ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)
    sys.stdout.flush()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # the hosts end
        return work()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: os.kill(child, number))
    while True:
        process, status = os.wait()
        if process == child:
            os._exit(os.waitstatus_to_exitcode(status))


def judge(
    folder: Path, names: list[str], materials: Materials, base: Path, *, show: bool = False
) -> int:
    """Run the kit on both daemons and print a table; how many scripts show ours to be worse.

    Raises SystemExit where the folder is no copy of the kit or a host cannot be made.
    """
    library = folder.resolve() / "lib"
    if not (library / "Sys/Virt/TCK.pm").exists():
        raise SystemExit(f"{folder} is no copy of libvirt-tck: there is no lib/Sys/Virt/TCK.pm")
    chosen = list(scripts_of(folder.resolve(), names))
    if not chosen:
        raise SystemExit(f"no scripts in {folder}/scripts" + (" of these names" if names else ""))
    base.chmod(0o755)
    vshd = Path(sys.executable).with_name("vshd")
    common = "--pid-file $pid"
    bad, passed, whole = 0, [0, 0], [0, 0]
    with contextlib.ExitStack() as stack:
        hosts, settings = [], []
        for name, start in (("libvirtd", "libvirtd -d"), ("vshd", f"{vshd} --daemon")):
            host = stack.enter_context(KitHost(base / name, name, f"{start} {common}"))
            other = None
            if any("dualhost" in script.read_text() for script in chosen):
                second = KitHost(base / f"{name}-2", name, f"{start} {common}", host)
                other = stack.enter_context(second)
            hosts.append(host)
            settings.append(materials.settings(host, other))
        theirs, ours = hosts
        print("| script | libvirtd | vshd | verdict |\n| --- | --- | --- | --- |", flush=True)
        for script in chosen:
            reports = []
            for host, file in zip((theirs, ours), settings, strict=True):
                reports.append(host.script(script, library, file))
                if not host.alive():
                    raise SystemExit(f"{host.name} ended under {script.name}: {reports[-1].text}")
                host.clean()
            verdict, lost = compared(*reports)
            bad += verdict == "DIFFERS"
            for number, report in enumerate(reports):
                passed[number] += len(report.passed())
                whole[number] += report.status == 0
            name = script.relative_to(folder.resolve() / "scripts")
            print(f"| {name} | {reports[0]} | {reports[1]} | {verdict} |", flush=True)
            for each in lost:
                print(f"    only libvirtd passes {each}", flush=True)
            if show:
                for host, report in zip((theirs, ours), reports, strict=True):
                    print(f"--- {host.name}: status {report.status}\n{report.text}", flush=True)
        print(
            f"| {len(chosen)} scripts | {whole[0]} whole, {passed[0]} tests | "
            f"{whole[1]} whole, {passed[1]} tests | {bad} differ |",
            flush=True,
        )
        if ours.log.exists() and "Traceback" in (log := ours.log.read_text(errors="replace")):
            print(log, file=sys.stderr)
            bad += 1
    if not any(passed):
        raise SystemExit(
            "no test was passed on either: is all there that the kit needs? see --show"
        )
    return bad
