#!/usr/bin/env python3
"""Inputs that nobody would write: whatever vsh is given, it answers or says what is wrong.

    fuzz.py KIND [--seconds N] [--seed S] [FOLDER ...]

KIND is xml, define, native, grammar, uri, settings or journal.  Files of the folders are samples
besides the project's own.  The first input that ends in anything but an error of vsh's is printed
with where it ended, and the status is 1.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

import vsh
from vsh.errors import CommandError, Error

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent.parent
WORDS = (
    "", "0", "-1", "1", "4294967295", "4294967296", "18446744073709551616", "9" * 5000, "0x10",
    "1.5", "yes", "no", "on", "none", "default", "bogus", " ", "\t", "a" * 5000, "\u0663", "\u00b2",
    "%00", "%n", "../", "/", "'", '"', "&#0;", "\ud800", "6464", "::1", "1.2.3.4", "[", "]", "{",
    "[" * 3000, "=", ",", ";", "\\", "$(id)", "`id`", "\x1b[31m", "\x00", "\n", "-", "--", "--help",
)  # fmt: skip
FAMILIES = {
    "domain": ("vsh.xml.domain", "Domain"),
    "network": ("vsh.xml.network", "Network"),
    "pool": ("vsh.xml.storage.pool", "StoragePool"),
    "volume": ("vsh.xml.storage.volume", "StorageVolume"),
    "secret": ("vsh.xml.secret", "Secret"),
    "interface": ("vsh.xml.host.interface", "HostInterface"),
    "device": ("vsh.xml.host.node_device", "NodeDevice"),
    "filter": ("vsh.xml.nwfilter", "NetworkFilter"),
    "domainsnapshot": ("vsh.xml.moment.snapshot", "DomainSnapshot"),
    "domaincheckpoint": ("vsh.xml.moment.checkpoint", "DomainCheckpoint"),
    "domainbackup": ("vsh.xml.moment.backup", "DomainBackup"),
}
SAMPLES = {
    "network": "<network><name>n</name><forward mode='nat'><nat><port start='1' end='2'/></nat>"
    "</forward><bridge name='b0'/><dns><txt name='a' value='b'/><srv service='s' protocol='tcp'/>"
    "<host ip='1.2.3.4'><hostname>h</hostname></host></dns><ip address='10.0.0.1' prefix='24'>"
    "<dhcp><range start='10.0.0.2' end='10.0.0.9'/><host mac='52:54:00:00:00:01' ip='10.0.0.3'/>"
    "</dhcp></ip><route address='10.1.0.0' prefix='16' gateway='10.0.0.2'/></network>",
    "pool": "<pool type='netfs'><name>p</name><source><host name='h'/><dir path='/d'/>"
    "<format type='nfs'/></source><target><path>/t</path><permissions><mode>0755</mode>"
    "<owner>0</owner></permissions></target></pool>",
    "volume": "<volume><name>v</name><capacity unit='MiB'>1</capacity><target><path>/v</path>"
    "<format type='qcow2'/><encryption format='luks'><secret type='passphrase' usage='u'/>"
    "</encryption><features><lazy_refcounts/></features></target></volume>",
    "secret": "<secret ephemeral='no' private='yes'><usage type='volume'><volume>/v</volume>"
    "</usage></secret>",
    "interface": "<interface type='bridge' name='b0'><protocol family='ipv4'><ip address='1.2.3.4' "
    "prefix='24'/><route gateway='1.2.3.1'/></protocol><bridge stp='on'><interface type='bond' "
    "name='d'><bond mode='802.3ad'><miimon freq='1'/></bond></interface></bridge></interface>",
    "device": "<device><name>d</name><capability type='pci'><domain>0</domain><bus>0</bus><slot>1"
    "</slot><function>0</function><product id='0x1'/><vendor id='0x2'/></capability></device>",
    "filter": "<filter name='f' chain='ipv4'><rule action='drop' direction='in'><tcp "
    "srcportstart='1' comment='c'/></rule><filterref filter='g'><parameter name='A' value='1'/>"
    "</filterref></filter>",
    "domainsnapshot": "<domainsnapshot><name>s</name><state>running</state><memory snapshot="
    "'external' file='/m'/><disks><disk name='vda' snapshot='external'><source file='/s'/></disk>"
    "</disks><domain type='test'><name>d</name><memory>1</memory><os><type>hvm</type></os></domain>"
    "</domainsnapshot>",
    "domaincheckpoint": "<domaincheckpoint><name>c</name><disks><disk name='vda' checkpoint="
    "'bitmap' bitmap='b'/></disks></domaincheckpoint>",
    "domainbackup": "<domainbackup mode='pull'><server transport='tcp' name='l' port='1'/><disks>"
    "<disk name='vda' type='file'><scratch file='/s'/></disk></disks></domainbackup>",
}
LINES = (
    "list --all", "define x.xml --validate; dumpxml t", "attach-disk test /a vda --cache none",
    "echo 'a b' \"c d\" e\\ f", "domstate test --reason", "vcpupin test 0 1-3,^2", "# comment",
    "setmem test --size=1GiB", "event --loop --all", "snapshot-create-as test s --diskspec vda,a=b",
)  # fmt: skip
URIS = (
    "qemu:///system", "qemu+ssh://u@[::1]:22/system?keyfile=/k&no_verify=1", "test:///default",
    "qemu+tls://h/system?pkipath=/p", "qemu+unix:///s?socket=/x%20y", "esx://h/?no_verify=1", "lxc:///",
)  # fmt: skip
SETTINGS = (
    'format = "json"\nfail_fast = true\ntimeout = 5\n[aliases]\nweb = "qemu:///system"\n',
    'columns = ["name", "state"]\nprompt = "x"\n',
)  # fmt: skip
JOURNAL = (
    '{"version": 2, "work": "import", "uuid": "11111111-2222-3333-4444-555555555555", "kind": '
    '"snapshot", "entries": [{"name": "a", "done": true, "xml": "<a/>"}], "gone": []}'
)


def samples(folders: list[str], *suffixes: str) -> Iterator[bytes]:
    """The files of some folders, by their ends."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and path.stat().st_size < 100_000:
                yield path.read_bytes()


def documents(folders: list[str]) -> list[etree._Element]:
    """Samples of all families."""
    texts = [text.encode() for text in SAMPLES.values()]
    for block in (HERE / "tests/xml/defined.txt").read_text().split("\n\n"):
        part = block.partition("\n")[0]
        inside = part[2:] if part[:2] in ("T ", "O ") else f"<devices>{part}</devices>"
        os_ = "" if part[:2] == "O " else "<os><type>hvm</type></os>"
        start = "<domain type='test'><name>t</name><memory>65536</memory>"
        texts.append(f"{start}{os_}{inside}</domain>".encode())
    found = []
    for text in (*texts, *samples(folders, ".xml")):
        try:
            found.append(etree.fromstring(text, etree.XMLParser(remove_blank_text=True)))
        except etree.XMLSyntaxError:
            continue
    return found


def spoiled(rng: random.Random, known: list[etree._Element]) -> bytes:
    """One document, changed in one to four places."""
    from copy import deepcopy

    root = deepcopy(rng.choice(known))
    for _ in range(rng.randrange(1, 5)):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = rng.choice(nodes), rng.choice(list(rng.choice(known).iter()))
        word = "".join(c for c in rng.choice(WORDS) if c in "\t\n" or 31 < ord(c) < 0xD800)
        act = rng.randrange(8)
        if act < 3 and node.attrib:
            node.set(rng.choice(sorted(node.attrib)), word)
        elif act == 3 and node.attrib:
            del node.attrib[rng.choice(sorted(node.attrib))]
        elif act == 4:
            node.text = word
        elif act == 5 and node is not root:
            node.addnext(deepcopy(node))
        elif act == 6 and node is not root:
            node.getparent().remove(node)
        elif isinstance(other.tag, str):
            node.insert(rng.randrange(len(node) + 1), deepcopy(other))
    text = etree.tostring(root)
    return mangled(rng, [text]) if rng.random() < 0.05 else text


def mangled(rng: random.Random, known: list[bytes]) -> bytes:
    """One text, changed in one to four places."""
    text = rng.choice(known)
    for _ in range(rng.randrange(1, 5)):
        place, end = sorted((rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)))
        word = rng.choice(WORDS).encode("utf-8", "surrogatepass")
        act = rng.randrange(4)
        if act == 0:
            text = text[:place] + text[min(end, place + 20) :]
        elif act == 1:
            text = text[:place] + word + text[place:]
        elif act == 2:
            text = text[:place] + text[place : place + 40] * 3 + text[place + 40 :]
        else:
            text = text[:place] + bytes([rng.randrange(256)]) + text[place + 1 :]
    return text


def try_xml(text: bytes) -> None:
    """Read by its family's model, checked, written, and read again."""
    from importlib import import_module

    from vsh.xml.engine.reader import Problem, Unknown, local, parse, read
    from vsh.xml.schema import structure

    where = FAMILIES.get(local(parse(text).tag))
    if where is None:
        return
    model = getattr(import_module(where[0]), where[1])
    structure(text, model)
    problems: list[Problem] = []
    unknown: list[Unknown] = []
    read(text, model, problems=problems, unknown=unknown)
    for flags in (0, 1):
        shown = read(text, model, flags=flags).format(flags)
        parse(shown)


def try_define(text: bytes) -> None:
    """Defined on the test driver, and dumped."""
    with vsh.connect("test:///default") as connection:
        document = text.decode("utf-8", "surrogateescape")
        act = {
            b"<network": connection.network_define_xml,
            b"<pool": connection.storage_pool_define_xml,
            b"<interface": connection.interface_define_xml,
            b"<device": connection.node_device_create_xml,
        }
        for start, define in act.items():
            if text.startswith(start):
                made = define(document)
                made.get_xml_desc()
                return
        domain = connection.domain_define_xml_flags(document)
        domain.get_xml_desc()
        domain.create()
        domain.get_xml_desc()


def try_native(text: bytes) -> None:
    """Read as each native format, and a document written as each."""
    from vsh.hypervisors.native import formats, from_native, to_native

    document = text.decode("utf-8", "surrogateescape")
    failures = []
    for act, direction in ((from_native, "from"), (to_native, "to")):
        for name in formats(direction):
            try:
                act(name, document)
            except (Error, CommandError) as error:
                failures.append(error)


def try_grammar(text: bytes) -> None:
    """Split and parsed, as typed and as completed."""
    from vsh.cli import parse, words

    line = text.decode("utf-8", "surrogateescape").replace("\0", "")
    parse.partial(words.split(line))
    parse.parse(words.split(line))


def try_uri(text: bytes) -> None:
    """Taken apart; nothing is connected to."""
    from vsh.api.uri import parse

    parse(text.decode("utf-8", "surrogateescape"))


def try_settings(text: bytes) -> None:
    """A settings file, with what it says asked for."""
    from vsh.cli.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="vsh-fuzz-"))
    try:
        (folder / "vsh").mkdir()
        (folder / "vsh" / "config.toml").write_bytes(text)
        Settings().load({"XDG_CONFIG_HOME": str(folder)})
    finally:
        shutil.rmtree(folder)


def try_journal(text: bytes) -> None:
    """A journal that was left behind."""
    from vsh.redefine import journal
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    with vsh.connect("test:///default") as connection:
        domain = connection.domain_lookup_by_name("test")
        path = Path(journal.path_of(domain, SNAPSHOT))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        with contextlib.suppress(journal.NoJournal):  # what is said of a file that is none
            journal.load(domain, SNAPSHOT)


TRIES = {name[4:]: act for name, act in list(globals().items()) if name.startswith("try_")}


def run(kind: str, seconds: float, seed: int, folders: list[str]) -> int:
    """Try inputs of a kind until the time is over; gives how many, or raises what was found."""
    rng = random.Random(seed)
    trees = documents(folders) if kind in ("xml", "define") else []
    texts = {
        "native": [*samples(folders, ".vmx", ".cfg", ".conf", ".args", ".xl", ".xm", ".config")]
        or [b'displayName = "x"\nmemsize = "4"\nscsi0:0.fileName = "a.vmdk"\n', b"name='x'\n"],
        "grammar": [line.encode() for line in LINES],
        "uri": [uri.encode() for uri in URIS],
        "settings": [text.encode() for text in SETTINGS],
        "journal": [JOURNAL.encode()],
    }.get(kind, [])
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        given = spoiled(rng, trees) if trees else mangled(rng, texts)
        count += 1
        try:
            TRIES[kind](given)
        except (Error, CommandError):
            continue
        except BaseException:
            sys.stdout.write(f"{given!r}\n")
            raise
    return count


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(TRIES))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="*")
    given = parser.parse_intermixed_args()
    home = tempfile.mkdtemp(prefix="vsh-fuzz-home-")
    os.environ.update(HOME=home, XDG_STATE_HOME=home, XDG_DATA_HOME=home, XDG_RUNTIME_DIR=home)
    try:
        count = run(given.kind, given.seconds, given.seed, given.folders)
    except Exception:  # noqa: BLE001 - what is looked for
        traceback.print_exc()
        return 1
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"{given.kind}: {count} inputs, none of them ended in an internal error")
    return 0


if __name__ == "__main__":
    sys.exit(main())
