"""The prompt on a real terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pexpect

URI = "test:///default"


def test_a_line_is_run_and_quit_leaves(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-c", URI)
    child.expect("Welcome to vsh, the virtualization interactive terminal.")
    child.expect("vsh # ")
    child.sendline("domid test")
    child.expect("1\r\n")
    child.expect("vsh # ")
    child.sendline("quit")
    child.wait()
    assert child.exitstatus == 0


def test_the_prompt_shows_a_read_only_connection(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-r", "-c", URI)
    child.expect("vsh > ")
    child.sendline("destroy test")
    child.expect("read only access prevents virDomainDestroy")
    child.expect("vsh > ")


def test_the_drop_in_has_virshs_prompt(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-c", URI, program="virsh")
    child.expect("Welcome to virsh, the virtualization interactive terminal.")
    child.expect("virsh # ")


def test_ctrl_d_leaves_with_status_0(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-c", URI)
    child.expect("vsh # ")
    child.sendcontrol("d")
    child.wait()
    assert child.exitstatus == 0


def test_ctrl_c_at_the_prompt_leaves_as_an_interrupt_does(
    pty: Callable[..., pexpect.spawn[str]],
) -> None:
    child = pty("-c", URI)
    child.expect("vsh # ")
    child.send("half a li")
    child.sendcontrol("c")
    child.wait()
    assert child.exitstatus == 130


def test_ctrl_c_ends_a_command_and_keeps_the_prompt(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-c", URI)
    child.expect("vsh # ")
    child.sendline("event --all --loop")
    child.expect("--loop")
    import time

    time.sleep(0.5)  # the command must be waiting before it can be interrupted
    child.sendcontrol("c")
    child.expect("vsh # ")
    child.sendline("domid test")
    child.expect("1\r\n")


def test_tab_completes_commands_options_and_names(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-c", URI)
    child.expect("vsh # ")
    child.send("domsta\t")
    child.expect("domstat")
    child.send("e --dom\t")
    child.expect("--domain")
    child.send(" te\t")
    child.expect("test")
    child.send("\r")
    child.expect("running")


def test_an_open_quote_goes_on_on_the_next_line(pty: Callable[..., pexpect.spawn[str]]) -> None:
    child = pty("-c", URI)
    child.expect("vsh # ")
    child.sendline('echo "a')
    child.expect("> ")
    child.sendline('b"')
    child.expect("a\r\nb\r\n")


def test_lines_are_kept_in_the_users_own_history(
    pty: Callable[..., pexpect.spawn[str]], tmp_path: object
) -> None:
    from pathlib import Path

    state = Path(str(tmp_path)) / "state"
    child = pty("-c", URI, env={"XDG_STATE_HOME": str(state)})
    child.expect("vsh # ")
    child.sendline("echo remembered")
    child.expect("vsh # ")
    child.sendline("quit")
    child.wait()
    kept = state / "vsh" / "history"
    assert "+echo remembered" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600
