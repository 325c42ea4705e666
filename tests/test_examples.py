"""The examples of every command: each is understood, and does what it says on the test driver.

The world that they are about is ``examples/world.xml``; the files that they name are made here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vsh.cli.help import commands

if TYPE_CHECKING:
    from collections.abc import Callable

WORLD = Path(__file__).parent / "examples" / "world.xml"
SHOWN = [command for command in commands() if not command.hidden and command.name != "self-test"]
LINES = [(command.name, line) for command in SHOWN for line, _ in command.examples]

DISK = (
    "<disk type='file' device='disk'><source file='/srv/d'/><target dev='vdc' bus='virtio'/></disk>"
)
NIC = (
    "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='default'/>"
    "<model type='virtio'/></interface>"
)
DOMAIN = (
    "<domain type='test'><name>{}</name><memory unit='GiB'>1</memory>"
    "<os><type>hvm</type></os></domain>"
)
FILES = {
    "disk.xml": DISK,
    "nic.xml": NIC,
    "web2.xml": DOMAIN.format("web2"),
    "live.xml": DOMAIN.format("live"),
    "guest.xml": DOMAIN.format("guest"),
    "saved.xml": DOMAIN.format("db1"),
    "snapshot.xml": "<domainsnapshot><name>from-file</name></domainsnapshot>",
    "checkpoint.xml": "<domaincheckpoint><name>from-file</name></domaincheckpoint>",
    "backup.xml": "<domainbackup/>",
    "net.xml": "<network><name>other</name></network>",
    "host.xml": "<host mac='52:54:00:00:00:01' ip='192.168.122.10'/>",
    "port.xml": "<networkport><owner><name>x</name></owner></networkport>",
    "eth2.xml": "<interface type='ethernet' name='eth2'/>",
    "pool.xml": "<pool type='dir'><name>more</name><target><path>/srv/more</path></target></pool>",
    "vol.xml": "<volume><name>copy.qcow2</name><capacity unit='GiB'>20</capacity></volume>",
    "new.xml": DOMAIN.format("web1"),
    "header.b64": "aGVhZGVy",
    "secret.b64": "c2VjcmV0",
    "cpu.xml": "<cpu><arch>x86_64</arch><model>Westmere</model></cpu>",
    "hosts.xml": "<cpu><arch>x86_64</arch><model>Westmere</model></cpu>",
    "secret.xml": "<secret/>",
    "mdev.xml": "<device/>",
    "clean.xml": "<filter name='clean'/>",
    "binding.xml": "<filterbinding/>",
    "guest.vmx": 'config.version = "8"\nvirtualHW.version = "8"\ndisplayName = "guest"\n'
    'memsize = "1024"\nnumvcpus = "1"\n',
    "setup.vsh": "# a script\necho done\n",
    "keys.pub": "ssh-ed25519 AAAA me\n",
    "local.qcow2": "",
    "key.bin": "",
}
SNAPSHOTS = "snapshot-create-as web1 clean; snapshot-create-as web1 update"
CHECKPOINT = "checkpoint-create-as web1 monday; checkpoint-create-as web1 tuesday"
BEFORE = (
    {
        "resume": "suspend web1",
        "managedsave-remove": "start db1; managedsave db1",
        "restore": "save web1 /var/tmp/web1.save",
        "save-image-dumpxml": "save web1 /var/tmp/web1.save",
        "save-image-define": "save web1 /var/tmp/web1.save",
        "save-image-edit": "save web1 /var/tmp/web1.save",
        "iothreaddel": "iothreadadd web1 2 --config",
        "net-start": "net-define lab.xml",
        "net-undefine": "net-define lab.xml",
        "iface-commit": "iface-begin",
        "iface-rollback": "iface-begin",
        "iface-start": "iface-destroy eth1",
        "pool-start": "pool-destroy backups",
        "pool-build": "pool-destroy backups",
        "pool-delete": "pool-destroy backups",
        "pool-undefine": "pool-destroy backups",
        "unalias": "alias up 'start {1}'",
        "domthrottlegroupinfo": "domthrottlegroupset web1 slow --total-iops-sec 200",
        "domthrottlegroupdel": "domthrottlegroupset web1 slow --total-iops-sec 200",
    }
    | dict.fromkeys(
        (
            "snapshot-current snapshot-delete snapshot-dumpxml snapshot-edit snapshot-info "
            "snapshot-list snapshot-parent snapshot-revert snapshot-export"
        ).split(),
        SNAPSHOTS,
    )
    | dict.fromkeys(
        (
            "checkpoint-delete checkpoint-dumpxml checkpoint-edit checkpoint-info checkpoint-list "
            "checkpoint-parent checkpoint-export"
        ).split(),
        CHECKPOINT,
    )
)
FILES["lab.xml"] = "<network><name>lab</name></network>"
LINE_BEFORE = {
    "change-media web1 sda --eject": "change-media web1 sda /srv/iso/setup.iso --insert",
    "snapshot-import web1 saved/ --dry-run": f"{SNAPSHOTS}; snapshot-export web1 saved/",
    "snapshot-import web1 saved/ --map-uuid --map-path /old/images=/srv/images": (
        f"{SNAPSHOTS}; snapshot-export web1 saved/"
    ),
    "checkpoint-import web1 saved/ --dry-run": f"{CHECKPOINT}; checkpoint-export web1 saved/",
    "checkpoint-import web1 saved/": f"{CHECKPOINT}; checkpoint-export web1 saved/",
    "snapshot-create web1 clean.xml --redefine --current": (
        f"{SNAPSHOTS}; snapshot-export web1 kept/; snapshot-delete web1 clean --metadata --children"
    ),
    "checkpoint-create web1 saved.xml --redefine": (
        f"{CHECKPOINT}; checkpoint-export web1 kept/; "
        "checkpoint-delete web1 monday --children --metadata"
    ),
}
KEPT = {
    "snapshot-create web1 clean.xml --redefine --current": ("clean.xml", "kept/clean.xml"),
    "checkpoint-create web1 saved.xml --redefine": ("saved.xml", "kept/monday.xml"),
}
"""Lines that put back a document which was kept before: the file's name, and where it was put."""

ELSEWHERE = {
    "no such thing on a test hypervisor": """
        checkpoint-edit domrename managedsave-define managedsave-edit net-port-delete
        net-port-dumpxml nodedev-destroy nodedev-detach nodedev-reattach nodedev-reset
        find-storage-pool-sources iface-unbridge await event net-event pool-event
        nodedev-event secret-event pool-create vol-upload vol-download screenshot
        managedsave-dumpxml ttyconsole update-memory-device detach-device-alias
        nodedev-create nodedev-undefine nodedev-start nodedev-autostart nodedev-update
    """,
    "another host": "connect migrate find-storage-pool-sources-as",
    "a terminal, or a person": "console secret-set-value",
}
"""Commands whose examples are only read here, and what they would need."""
ONLY_READ = {name for names in ELSEWHERE.values() for name in names.split()} | {
    "start db1 --console",
    "snapshot-import web1 saved/ --map-uuid --map-path /old/images=/srv/images",
}
NOT_HERE = re.compile(
    "not supported by the connection driver|no connection driver|"
    "only supported for|is not supported|unsupported flags"
)


@pytest.mark.parametrize("command", SHOWN, ids=lambda command: command.name)
def test_every_command_has_one_to_four(command: object) -> None:
    examples = command.examples  # type: ignore[attr-defined]
    assert 1 <= len(examples) <= 4
    for line, meaning in examples:
        assert line.split()[0] == command.name  # type: ignore[attr-defined]
        assert meaning, line
        assert not meaning.endswith(".")


@pytest.mark.parametrize(("name", "line"), LINES, ids=[line for _, line in LINES])
def test_it_runs(name: str, line: str, run: Callable[..., object], tmp_path: Path) -> None:
    from vsh.cli import parse
    from vsh.cli.words import split

    text = line.partition(" > ")[0]
    parse.parse(split(text))  # understood, to the last option
    if {name, line} & ONLY_READ:
        return
    for file, content in FILES.items():
        (tmp_path / file).write_text(content)
    before = LINE_BEFORE.get(line, BEFORE.get(name, ""))
    text = text.replace("/var/tmp/", f"{tmp_path}/").replace("/srv/w.night", f"{tmp_path}/n")
    if text.startswith("cd "):
        text = f"cd {tmp_path}"
    env = {"EDITOR": "true"}
    steps = [before.replace("/var/tmp/", f"{tmp_path}/"), "echo begun", text]
    if line in KEPT:
        name, place = KEPT[line]
        steps[2] = text.replace(name, place)
    status, out, err = run(  # type: ignore[misc]
        "-c", f"test://{WORLD}", stdin="\n".join(filter(None, steps)) + "\n", env=env
    )
    assert "begun" in out, err
    if status and not NOT_HERE.search(err):
        pytest.fail(f"{line}: status {status}\n{out}{err}")
