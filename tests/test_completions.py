"""Completion in real shells: Tab is pressed on a terminal, and the line is read back.

A name of a file, a domain, a volume or a snapshot is another's word: whatever stands in it, no
shell runs it, and the line that Tab makes means that name and nothing else.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from delay_proxy import DelayProxy

from vsh import lookup
from vsh.cli.completions import bash as for_bash
from vsh.cli.completions import fish as for_fish
from vsh.cli.options import FORMATS
from vsh.output import formats
from vsh.rpc.programs import CONNECT_CLOSE, REMOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd

COMPLETIONS = Path(__file__).resolve().parent.parent / "completions"
SHELLS = ("bash", "zsh", "fish")
BREAKS = " \t\n\"'@><=;|&(:"

# How each shell starts without the user's own files, takes a completion script, and writes the
# line that is being typed to the file LINE on Ctrl-G.
START = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        (
            "bind 'set enable-bracketed-paste off'; source {script}; "
            "_line() {{ printf '%s' \"$READLINE_LINE\" >LINE; }}; bind -x '\"\\C-g\": _line'"
        ),
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        (
            "unsetopt zle_bracketed_paste beep; autoload -U compinit; compinit -u -D; "
            'source {script}; _line() {{ print -rn -- "$BUFFER" >LINE }}; '
            "zle -N _line; bindkey '^G' _line"
        ),
    ),
    "fish": (["fish", "--no-config", "-i"], "source {script}; bind \\cg 'commandline >LINE'"),
}
# The words that a line means to the shell, each ended by a null character.
WORDS = {
    "bash": "vsh() {{ printf '%s\\0' \"$@\"; }}; source LINE",
    "zsh": "vsh() {{ printf '%s\\0' \"$@\"; }}; source ./LINE",
    "fish": "function vsh; for word in $argv; printf '%s\\0' $word; end; end; source LINE",
}

EVIL = (
    "$(touch OWNED)",
    "`touch OWNED`",
    "${HOME}",
    "*",
    "it's",
    'a "b" c',
    "back\\slash",
    "x;touch OWNED",
    "!!",
    "~root",
    "caf\u00e9 \u4e2d",
    "-dash",
    "#hash",
    "<(touch OWNED)",
    "a&touch OWNED&",
    "tab\tinside",
)


class Shell:
    """One interactive shell on a terminal, in a folder of its own."""

    def __init__(
        self, name: str, folder: Path, env: dict[str, str], script: str | None = None
    ) -> None:
        self.name = name
        self.folder = folder
        self.env = env
        command, setup = START[name]
        self.child = pexpect.spawn(
            command[0],
            command[1:],
            cwd=str(folder),
            env=env | {"TERM": "xterm", "PS1": "ready> "},
            encoding="utf-8",
            codec_errors="surrogateescape",
            dimensions=(40, 120),
            timeout=60,
        )
        script = script or str(COMPLETIONS / f"vsh.{name}")
        self.child.sendline(setup.format(script=script) + "; echo 1 >READY")
        self._wait(folder / "READY")

    def _wait(self, file: Path) -> str:
        """Wait for the shell to write a file; what the terminal showed meanwhile."""
        seen = ""
        end = time.monotonic() + 15
        while not (file.exists() and file.read_bytes()):
            assert time.monotonic() < end, f"{self.name} did not answer; it showed {seen!r}"
            with contextlib.suppress(pexpect.TIMEOUT):
                seen += self.child.read_nonblocking(65536, 0.02)
        return seen

    def _rest(self) -> str:
        """What the terminal still shows: the line can be written before the last of it is read."""
        seen = ""
        with contextlib.suppress(pexpect.TIMEOUT):
            while True:
                seen += self.child.read_nonblocking(65536, 0.1)
        return seen

    def tab(self, typed: str, *, tabs: int = 1) -> tuple[str, str]:
        """The line after ``typed`` and Tab, and what the terminal showed meanwhile."""
        line = self.folder / "LINE"
        line.unlink(missing_ok=True)
        # A shell works on one key after the other: it writes the line when Tab is done with it.
        self.child.send(typed + "\t" * tabs + "\x07")
        seen = self._wait(line) + self._rest()
        self.child.send("\x15")  # the line is cleared for the next one
        return os.fsdecode(line.read_bytes()).removesuffix("\n"), seen

    def words(self) -> list[str]:
        """What the last line that Tab made means: the words that the program would get."""
        done = subprocess.run(
            [self.name, "-c", WORDS[self.name].format()],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
        )
        return [os.fsdecode(word) for word in done.stdout.split(b"\0")[:-1]]


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture(params=SHELLS)
def shell(
    request: pytest.FixtureRequest, work: Path, clean_environment: dict[str, str]
) -> Iterator[Shell]:
    name = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    scripts = Path(sys.executable).parent
    env = clean_environment | {"PATH": f"{scripts}:{clean_environment['PATH']}"}
    started = Shell(name, work, env)
    yield started
    started.child.close(force=True)


def world(folder: Path, names: list[str]) -> str:
    """A world file with a domain of each name, and its URI."""
    from xml.sax.saxutils import escape

    domains = "".join(
        f"<domain type='test'><name>{escape(name)}</name><memory>1</memory>"
        "<os><type>hvm</type></os></domain>"
        for name in names
    )
    volumes = "".join(
        f"<volume><name>{escape(name)}</name><capacity>1</capacity></volume>" for name in names
    )
    file = folder.parent / "world.xml"
    pool = f"<pool type='dir'><name>p</name><target><path>/p</path></target>{volumes}</pool>"
    file.write_text(f"<node>{domains}{pool}</node>")
    return f"test://{file}"


@pytest.mark.parametrize("name", EVIL)
def test_a_domains_name_is_never_run(shell: Shell, work: Path, name: str) -> None:
    uri = world(work, [name])
    shell.tab(f"vsh -c {uri} dominfo --domain ")
    left_out = shell.name == "fish" and (name[0] == "~" or "\t" in name)
    found = [] if left_out else [name]
    assert shell.words() == ["-c", uri, "dominfo", "--domain", *found]
    assert sorted(os.listdir(work)) == ["LINE", "READY"]


@pytest.mark.parametrize("name", ["$(touch OWNED)", "it's `touch OWNED`", '"; touch OWNED; "'])
def test_a_volumes_name_is_never_run(shell: Shell, work: Path, name: str) -> None:
    uri = world(work, [name])
    shell.tab(f"vsh -c {uri} vol-info --pool p --vol ")
    assert shell.words()[-1] == name
    assert sorted(os.listdir(work)) == ["LINE", "READY"]


@pytest.mark.parametrize(
    "name", ["$(touch OWNED).xml", "`touch OWNED`.xml", "${x} *.xml", "it's.xml", 'a"b.xml']
)
def test_a_files_name_is_never_run(shell: Shell, work: Path, name: str) -> None:
    folder = work / "folder"
    folder.mkdir()
    (folder / name).touch()
    shell.tab("vsh define --file folder/")
    assert shell.words() == ["define", "--file", f"folder/{name}"]
    assert sorted(os.listdir(work)) == ["LINE", "READY", "folder"]


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_names_with_blanks_go_on_in_the_quotes_that_are_open(
    shell: Shell, work: Path, quote: str
) -> None:
    uri = world(work, ["my $(touch OWNED) vm", "other"])
    shell.tab(f"vsh -c {uri} dominfo {quote}my")
    assert shell.words()[-1] == "my $(touch OWNED) vm"
    assert "OWNED" not in os.listdir(work)


@pytest.mark.parametrize("names", [["a b", "a;c"], ["q'1", 'q"2'], ["u$x", "u`y`"]])
def test_what_several_have_in_common_is_whole(shell: Shell, work: Path, names: list[str]) -> None:
    uri = world(work, names)
    line, seen = shell.tab(
        f"vsh -c {uri} dominfo {names[0][0]}", tabs=3 if shell.name == "bash" else 2
    )
    assert not line.endswith("\\") or shell.name == "zsh"  # as zsh does with any names
    shown = seen.replace("\\", "").replace("'", "")
    assert all(name[1:].replace("'", "") in shown for name in names)


def test_objects_come_first_and_options_after_a_dash(shell: Shell) -> None:
    assert shell.tab("vsh -c test:///default dominfo ")[0].split()[-1] == "test"
    assert shell.tab("vsh -c test:///default domstate --r")[0].split()[-1] == "--reason"


def test_a_chain_in_quotes_goes_on(shell: Shell) -> None:
    line, _ = shell.tab("vsh -c test:///default 'domstate test; dominf")
    assert line.rstrip("' ") == "vsh -c test:///default 'domstate test; dominfo"
    line, _ = shell.tab("vsh -c test:///default 'domstate test; dominfo te")
    assert line.rstrip("' ") == "vsh -c test:///default 'domstate test; dominfo test"


def test_top_level_options_and_their_values(shell: Shell) -> None:
    assert shell.tab("vsh --form")[0].strip() == "vsh --format"
    assert shell.tab("vsh --format js")[0].strip() == "vsh --format json"
    assert shell.tab("vsh --timeout 3 --sort name domstate")[0].endswith("domstate ")


def test_descriptions_stand_beside_the_words(shell: Shell) -> None:
    _, seen = shell.tab("vsh doms", tabs=2)
    assert "Print the state of a domain" in seen


def test_files_only_where_they_belong(shell: Shell, work: Path) -> None:
    (work / "document.xml").touch()
    line, seen = shell.tab("vsh -c test:///default dominfo d", tabs=2)
    assert line.rstrip().endswith("dominfo d")
    assert "document.xml" not in seen.replace(line, "")
    assert shell.tab("vsh define --file doc")[0].strip().endswith("document.xml")


@pytest.mark.parametrize("shell_name", SHELLS)
def test_the_file_is_what_the_program_prints(run: Callable[..., object], shell_name: str) -> None:
    printed = run("completion", shell_name).out  # type: ignore[attr-defined]
    assert printed.rstrip("\n") == (COMPLETIONS / f"vsh.{shell_name}").read_text().rstrip("\n")
    assert f"vsh completion {shell_name}" in printed


def test_every_shell_has_a_script() -> None:
    assert tuple(lookup.names("vsh.cli.completions")) == tuple(sorted(SHELLS))
    assert list(FORMATS) == formats()


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("vsh dom", (["vsh"], "dom", "", False)),
        ("vsh 'a b' ", (["vsh", "a b"], "", "", False)),
        ("vsh a\\ b'c d", (["vsh"], "a bc d", "'", False)),
        ('vsh "a\\"b\\c', (["vsh"], 'a"b\\c', '"', False)),
        ("vsh $HOME/x", (["vsh"], "$HOME/x", "", True)),
        ("vsh '$HOME", (["vsh"], "$HOME", "'", False)),
        ('vsh "`x', (["vsh"], "`x", '"', True)),
        ("vsh list >out --a", (["vsh", "list"], "--a", "", False)),
        ("vsh list 2> o", (["vsh", "list"], "o", "", True)),
    ],
)
def test_a_line_is_cut_as_bash_cuts_it(line: str, cut: tuple[object, ...]) -> None:
    words, last, _, quote, expands = for_bash.cut(line)
    assert (words, last, quote, expands) == cut


@pytest.mark.parametrize("text", [*EVIL, "\x9b31m", "line\nbreak", "\udcff raw", "\u202eevil"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_what_is_escaped_means_itself(text: str, quote: str) -> None:
    typed = quote + for_bash.escaped(text, quote) + quote
    assert typed.isprintable()
    done = subprocess.run(["bash", "-c", f"printf %s {typed}"], capture_output=True)
    assert done.stdout == os.fsencode(text)


@pytest.mark.parametrize(
    ("raw", "value"),
    [("a\\ b", "a b"), ("'it\\'s", "it's"), ('"a$b', "a$b"), ('"\\$x', "$x"), ("'a b'c", "a bc")],
)
def test_fish_words_lose_their_quotes(raw: str, value: str) -> None:
    assert for_fish.unquoted(raw) == value


def test_zsh_finds_it_in_its_path(work: Path, clean_environment: dict[str, str]) -> None:
    if shutil.which("zsh") is None:
        pytest.skip("zsh is not installed")
    functions = work.parent / "functions"
    functions.mkdir()
    (functions / "_vsh").write_bytes((COMPLETIONS / "vsh.zsh").read_bytes())
    scripts = Path(sys.executable).parent
    env = clean_environment | {"PATH": f"{scripts}:{clean_environment['PATH']}"}
    started = Shell(
        "zsh", work, env, script=f"<(echo 'fpath=({functions} $fpath); compinit -u -D')"
    )
    try:
        assert started.tab("vsh -c test:///default dominfo ")[0].split()[-1] == "test"
        assert started.tab("vsh -c test:///default domid ")[0].split()[-1] == "test"
    finally:
        started.child.close(force=True)


def _asked(far: DelayProxy) -> list[tuple[int, int]]:
    """What was asked; a good-bye nobody waits for may come after its process has ended."""
    return [call for call in far.calls if call != (REMOTE, CONNECT_CLOSE)]


def test_a_far_daemons_answer_is_kept_for_a_while(
    libvirtd: PrivateLibvirtd, tmp_path: Path, vsh_process: Callable[..., Result], tiny_guest: Any
) -> None:
    guest = tiny_guest()
    with DelayProxy(tmp_path / "far", libvirtd.socket, 0.05) as far:
        line = f"vsh -c qemu+unix:///system?socket={tmp_path}/far dominfo "
        words = ("-q", "complete", "--shell", "bash", "--", line, BREAKS, "9", "80")
        assert guest.name in vsh_process(*words).out
        asked = _asked(far)
        assert asked
        assert guest.name in vsh_process(*words).out
        assert _asked(far) == asked
