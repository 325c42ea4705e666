"""Nothing that stands in another's words acts on the terminal: what its end of a pty reads back.

Control characters, C1, turns of the direction of writing, bytes that are no UTF-8, and markup stand
in every string of every kind of document, in errors, problems and warnings; and in what a real
daemon behind a lying relay says.
"""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from lying_relay import LyingRelay

from vsh.cli import run as runner
from vsh.cli.session import Session
from vsh.cli.words import quote
from vsh.errors import CommandError, NoDomain
from vsh.output import formats
from vsh.output.document import (
    Column,
    Done,
    Fields,
    Heading,
    Line,
    Lines,
    Said,
    Shaped,
    Table,
    Text,
    Tree,
    Xml,
)
from vsh.output.screen import harmless, obeyed
from vsh.redefine.rule import Problem
from vsh.redefine.rules import every

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd

    from vsh.output.document import Document

MARKUP = "[bold red]markup[/] [link=http://x]l[/link] :smiley:"
HOSTILE = (
    "\x1b]0;OWNED\x07",
    "\x1b[31mred",
    "\x9b31mred",
    "\x9d0;title\x9c",
    "del\x7fete",
    "over\rwritten",
    "back\b\b\b",
    "\x0e\x0fcharset",
    "nul\0",
    "\u202egnp.exe",
    "\u2066isolated\u2069",
    "\u061cmark\u200e\u200f",
    "line\u2028paragraph\u2029",
    "\udc9b31mraw byte",
    "tag\U000e0041",
    "next\x85line",
    MARKUP,
)
FORBIDDEN = frozenset(map(chr, obeyed()))
PROGRESS = re.compile(r"\r(Start +\d+ s)?\x1b\[K")  # of a command that takes a while
# What rich itself sends: colours (SGR), and a link's end is not among it.
STYLE = re.compile("\x1b\\[[0-9;]*m")


def documents(evil: str) -> Iterator[Document]:
    """One of each kind, with a hostile string in every place."""
    yield Line("{state} ({reason})", state=evil, reason=evil)
    yield Done(f"Domain {evil} started\n", domain=evil)
    yield Said("Said {x}", x=evil)
    yield Heading("Heading {x}", x=evil)
    yield Text(f"text {evil}\n", key=evil)
    yield Text(f"text {evil}\n")
    yield Shaped(f"text {evil}\n", {evil: [evil, {"deep": evil}]})
    yield Xml(f"<domain><name>{evil}</name></domain>", newline=True)
    yield Fields().add(evil, evil, value=evil, plain=evil).add("Id:", 1, id=1)
    column = Column(evil, "name")
    yield Table([[evil], ["x"]], column, title=evil, extra=[{"more": evil}, {"more": None}])
    yield Table([[1]], Column("Id", "id", text=lambda value: evil), title="t")
    yield Lines([evil, "x"], "name")
    yield Tree(
        [evil], lambda name: [f"{evil} below"] if name == evil else [], lambda name: {"v": evil}
    )


class Terminal:
    """A terminal of which every byte is kept: what the program wrote, not what it looks like."""

    def __init__(self) -> None:
        self.master, slave = os.openpty()
        tty.setraw(slave)  # no \\r before \\n that the program has not sent
        self.stream = os.fdopen(slave, "w", encoding="utf-8", errors="surrogateescape")

    def seen(self) -> str:
        self.stream.flush()
        os.set_blocking(self.master, False)
        data = b""
        while True:
            try:
                data += os.read(self.master, 65536)
            except BlockingIOError:
                break
        return data.decode("utf-8", "surrogateescape")

    @contextmanager
    def running(self, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
        """A program whose output is this terminal."""
        out = self.stream.fileno()
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out) as process:
            yield process

    def until_ended(self, process: subprocess.Popen[bytes]) -> Iterator[str]:
        """What comes until a program has ended."""
        while process.poll() is None:
            select.select([self.master], [], [], 0.05)
            yield self.seen()
        yield self.seen()

    def close(self) -> None:
        self.stream.close()
        os.close(self.master)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


@pytest.fixture
def session(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "300")
    made = Session()
    made.screen.out = made.screen.err = terminal.stream
    return made


def assert_harmless(seen: str, format: str) -> None:
    text = PROGRESS.sub("", STYLE.sub("", seen)) if format == "table" else seen
    found = sorted(set(text) & FORBIDDEN)
    assert not found, f"{found} in {text!r}"


@pytest.mark.parametrize("format", formats())
@pytest.mark.parametrize("evil", HOSTILE)
def test_no_document_acts_on_a_terminal(
    session: Session, terminal: Terminal, format: str, evil: str
) -> None:
    session.show_as(format)
    for document in documents(evil):
        session.show(document)
        seen = terminal.seen()
        assert_harmless(seen, format)
        if format == "table" and evil == MARKUP and not isinstance(document, (Xml, Heading)):
            assert MARKUP in STYLE.sub("", seen).replace("\n", " ").replace("  ", " ")


@pytest.mark.parametrize("format", formats())
@pytest.mark.parametrize("evil", HOSTILE)
def test_no_error_and_no_warning_acts_on_a_terminal(
    session: Session, terminal: Terminal, format: str, evil: str
) -> None:
    session.show_as(format)
    session.screen.debug_level = 0
    session.explain = True
    error = CommandError(f"failed {evil}", hint=f"hint {evil}", listed=True)
    refused = NoDomain(f"cause {evil}")
    refused.problems = [
        Problem(every()["12"], NoDomain(evil), file=evil, line=1, hint=evil),
        Problem(every()["12"], NoDomain(evil), warning=True),
    ]
    error.__cause__ = refused
    runner.report(session, error)
    session.warn(f"warning {evil}", {"file": evil})
    session.debug(0, f"debug {evil}")
    session.extra(f"extra {evil}\n")
    runner.mistake(session, ValueError(evil))
    assert_harmless(terminal.seen(), format)


@pytest.mark.parametrize("evil", HOSTILE)
def test_programs_get_the_value_that_it_was(
    session: Session, terminal: Terminal, evil: str
) -> None:
    session.show_as("json")
    session.show(Line("{x}", x=evil))
    text = terminal.seen()
    text.encode()  # valid UTF-8
    assert json.loads(text) == {"x": evil}
    session.show_as("yaml")
    session.show(Line("{x}", x=evil))
    text = terminal.seen()
    text.encode()
    if "\udc9b" not in evil:  # YAML has no half of a pair
        assert yaml.safe_load(text) == {"x": evil}


@pytest.mark.parametrize("evil", HOSTILE)
def test_off_a_terminal_plain_is_as_it_was(tmp_path: Path, session: Session, evil: str) -> None:
    file = tmp_path / "out"
    session.show_as("plain")
    with file.open("w", encoding="utf-8", errors="surrogateescape", newline="") as stream:
        session.screen.out = stream
        session.show(Line("{x}", x=evil))
        session.show(Text(f"{evil}\n"))
    assert file.read_bytes() == f"{evil}\n{evil}\n".encode(errors="surrogateescape")


def test_ends_of_lines_stay() -> None:
    assert harmless("a\r\nb\tc\n") == "a\nb\tc\n"
    assert harmless("caf\u00e9 \u4e2d") == "caf\u00e9 \u4e2d"


# -- a real daemon, whose words are changed on their way -----------------------------------------

SAID = b"evilname"
HEARD = (b"\x1b]0;OWN\x07", b"\xc2\x9b31mred", b"\xe2\x80\xaegnp.x", b"[bold]m[", b"\x9b31mraw!")
DOMAIN = """\
<domain type='qemu'><name>evilname</name><title>evilname</title><description>evilname</description>
<memory>1024</memory><os><type arch='x86_64'>hvm</type></os>
<devices><interface type='bridge'><source bridge='evilname'/></interface></devices></domain>
"""
COMMANDS = (
    "list --all",
    "list --all --title",
    "list --all --name",
    "dominfo evilname",
    "domiflist evilname",
    "desc evilname",
    "dumpxml evilname",
    "domstate evilname",
    "domstats evilname",
    "snapshot-list evilname",
    "start evilname",
    "net-list --all",
    "vol-list evilname",
    "setmem evilname 1x",
)


@pytest.mark.libvirtd
@pytest.mark.parametrize("heard", HEARD)
def test_what_a_daemon_says(
    libvirtd: PrivateLibvirtd, terminal: Terminal, tmp_path: Path, heard: bytes
) -> None:
    file = tmp_path / "evil.xml"
    file.write_text(DOMAIN)
    libvirtd.virsh("define", str(file))
    name = quote(os.fsdecode(heard))
    line = "; ".join(COMMANDS).replace("evilname", name)
    with LyingRelay(tmp_path / "relay", libvirtd.socket, {SAID: heard}) as relay:
        for format in formats():
            command = [sys.executable, "-m", "vsh", "-c", relay.uri, "--format", format, line]
            with terminal.running(command) as process:
                seen = "".join(terminal.until_ended(process))
            assert "internal error in vsh" not in seen
            assert seen.count("shut off") > 2  # the daemon knew the name
            assert_harmless(seen, format)


@pytest.mark.parametrize("format", ["plain", "table", "json", "csv", "yaml"])
def test_what_a_file_says(pty: Callable[..., Any], tmp_path: Path, format: str) -> None:
    (tmp_path / "snapshot.xml").write_text(
        "<domainsnapshot><name>a\u202e\u009b31m</name><parent><name>n\u009b31m</name></parent>"
        "<state>running</state><creationTime>1</creationTime></domainsnapshot>"
    )
    (tmp_path / "world.xml").write_text(
        "<node><domain type='test'><name>a\u009b31m[red]</name><memory>1</memory>"
        "<os><type>hvm</type></os></domain></node>"
    )
    for line in (
        "snapshot-create 1 snapshot.xml --redefine --explain",
        "snapshot-create-as 1 s; snapshot-list 1; snapshot-list 1 --tree; dominfo 1; dumpxml 1",
    ):
        child = pty("-c", f"test://{tmp_path}/world.xml", "--format", format, line, columns=200)
        seen = child.read()
        assert_harmless(seen.replace("\r\n", "\n"), format)
    assert "a" in seen
