"""Reading and writing one 5 kB domain document, in this process: the cost of every define."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import budgets
from bench import Report, finish, installed, spread

ROUNDS = 15
REPEATS = 50
DISK = """\
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' cache='none' io='native' discard='unmap'/>
      <source file='/var/lib/libvirt/images/web1-{letter}.qcow2'/>
      <target dev='vd{letter}' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x{number:02x}' slot='0x00' function='0x0'/>
    </disk>
"""
INTERFACE = """\
    <interface type='network'>
      <mac address='52:54:00:6b:3c:{number:02x}'/>
      <source network='default'/>
      <model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x{number:02x}' slot='0x00' function='0x0'/>
    </interface>
"""
DOMAIN = """\
<domain type='kvm'>
  <name>web1</name>
  <uuid>4dea22b3-1d52-d8f3-2516-782e98ab3fa0</uuid>
  <title>The first web server</title>
  <memory unit='KiB'>4194304</memory>
  <currentMemory unit='KiB'>4194304</currentMemory>
  <vcpu placement='static'>4</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features><acpi/><apic/></features>
  <cpu mode='host-passthrough' check='none' migratable='on'/>
  <clock offset='utc'>
    <timer name='rtc' tickpolicy='catchup'/>
    <timer name='pit' tickpolicy='delay'/>
    <timer name='hpet' present='no'/>
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
{disks}{interfaces}\
    <serial type='pty'><target type='isa-serial' port='0'/></serial>
    <console type='pty'><target type='serial' port='0'/></console>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <input type='tablet' bus='usb'/>
    <graphics type='vnc' port='-1' autoport='yes' listen='127.0.0.1'/>
    <video><model type='virtio' heads='1' primary='yes'/></video>
    <memballoon model='virtio'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
"""


def document() -> str:
    disks = "".join(DISK.format(letter=letter, number=4 + i) for i, letter in enumerate("abcdefgh"))
    interfaces = "".join(INTERFACE.format(number=16 + number) for number in range(5))
    return DOMAIN.format(disks=disks, interfaces=interfaces)


def measure() -> None:
    """Print the seconds of reading, completing and checking, and writing one document, a round a
    line, then by how many KiB the process grew over 10,000 documents.  Runs where vsh is.
    """
    import resource

    from vsh.domains.defaults import Defaults
    from vsh.xml.domain import Domain
    from vsh.xml.engine.reader import read
    from vsh.xml.engine.writer import write

    text = document()
    for turn in range(ROUNDS + 1):
        times = [0.0, 0.0, 0.0]
        for _ in range(REPEATS):
            begun = time.process_time()
            model = read(text, Domain)
            read_at = time.process_time()
            Defaults().complete(model)
            completed_at = time.process_time()
            write(model)
            ended = time.process_time()
            times[0] += read_at - begun
            times[1] += completed_at - read_at
            times[2] += ended - completed_at
        if turn:
            print(*(part / REPEATS for part in times))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(10000):
        model = read(text, Domain)
        Defaults().complete(model)
        write(model)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)


def xmllint() -> float | None:
    """Seconds of one `xmllint --format` of the document, as a whole process; None without it."""
    if shutil.which("xmllint") is None:
        return None
    times = []
    for _ in range(11):
        begun = time.process_time()
        subprocess.run(
            ["xmllint", "--format", "-"],
            input=document(),
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        times.append(time.process_time() - begun)
    return sorted(times)[5]


if __name__ == "__main__":
    if sys.argv[1:] == ["measure"]:
        measure()
        sys.exit()
    python = installed().with_name("python")
    done = subprocess.run(
        [str(python), __file__, "measure"], stdout=subprocess.PIPE, text=True, check=True
    )
    *lines, growth = done.stdout.splitlines()
    rounds = [[float(word) for word in line.split()] for line in lines]
    report = Report(f"a domain document of {len(document()) / 1000:.1f} kB", "time", "budget")
    for place, step in enumerate(("read", "complete and check", "write")):
        report.row(step, spread([one[place] for one in rounds]), "")
    both = [sum(one) for one in rounds]
    middle = sorted(both)[len(both) // 2]
    report.row(
        "all of it", spread(both), report.verdict(middle * 1000, budgets.DOCUMENT, "{:.2f} ms")
    )
    reference = xmllint()
    if reference is not None:
        report.row(
            "xmllint --format, a process",
            f"{reference * 1000:.3g} ms",
            f"all of it is {middle / reference:.2f}x",
        )
    report.row("growth over 10,000 documents", f"{growth} KiB", "")
    finish(report)
