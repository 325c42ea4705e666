"""Questions to the user: on a terminal without echo, from a pipe without Python's own warnings."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd

UUID = "3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21"
SECRET = f"<secret ephemeral='no' private='no'><uuid>{UUID}</uuid></secret>"
QUESTION = "Enter new value for secret:"


@pytest.fixture
def secret(libvirtd: PrivateLibvirtd, tmp_path: Path) -> Iterator[PrivateLibvirtd]:
    file = tmp_path / "secret.xml"
    file.write_text(SECRET)
    libvirtd.virsh("secret-define", str(file))
    yield libvirtd
    libvirtd.virsh("secret-undefine", UUID)


def value(daemon: PrivateLibvirtd) -> str:
    return base64.b64decode(daemon.virsh("secret-get-value", UUID)).decode()


@pytest.mark.libvirtd
def test_a_secret_from_a_pipe(secret: PrivateLibvirtd, vsh_process: Callable[..., Result]) -> None:
    words = ("-q", "-c", secret.uri, "secret-set-value", UUID, "--interactive")
    done = vsh_process(*words, stdin="open sesame\n")
    assert list(done) == [0, QUESTION, ""]
    assert value(secret) == "open sesame"
    status, out, err = vsh_process(*words)
    assert (status, out, err) == (1, QUESTION, "error: Failed to read secret\n")


@pytest.mark.libvirtd
def test_a_secret_typed_on_a_terminal_is_not_shown(
    secret: PrivateLibvirtd, pty: Callable[..., Any]
) -> None:
    child = pty("-c", secret.uri, "secret-set-value", UUID, "--interactive")
    child.expect_exact(QUESTION)
    child.waitnoecho(5)
    child.sendline("open sesame")
    assert "sesame" not in child.read()
    assert child.wait() == 0
    assert value(secret) == "open sesame"
