"""Words and values that a real daemon's answers get, as 12.8.0 gives them."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from private_libvirtd import PrivateLibvirtd

    There = Callable[..., Result]

pytestmark = pytest.mark.libvirtd

SECRET = "11111111-1111-4111-8111-00000000000a"


@pytest.fixture
def there(libvirtd: PrivateLibvirtd, run: Callable[..., Result]) -> There:
    def there(*words: str, program: str = "virsh", stdin: str | bytes | None = None) -> Result:
        return run("-q", "-c", libvirtd.uri, *words, program=program, stdin=stdin)

    return there


@pytest.fixture
def secret(there: There, tmp_path) -> str:
    (tmp_path / "secret.xml").write_text(
        f"<secret ephemeral='no' private='no'><uuid>{SECRET}</uuid></secret>"
    )
    assert there("secret-define", "secret.xml").status == 0
    return SECRET


def test_memory_statistics_are_as_wide_as_what_is_shown(there: There) -> None:
    done = there("nodememstats", "--cell", "0")
    if "total" not in done.out:
        pytest.skip(f"no statistics of NUMA cells here: {done.err}")
    assert re.fullmatch(r"total:   +\d+ KiB\nfree :   +\d+ KiB\n", done.out)
    assert re.match(
        r"total  :   \d+ KiB\nfree   :   +\d+ KiB\nbuffers: ", there("nodememstats").out
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("aGVsbG8=", b"hello"),
        ("aGVsbG8", b"hel"),
        ("aGVs bG8=\n", b"hello"),
        ("a=GVs", b"h\x01\x95"),
        ("aG=s", b"h,"),
        ("====", b"\0"),
        ("aGVsbG8=aGVs", b"hellohel"),
        ("\xff\xfeaGVs", b"hel"),
    ],
)
def test_base64_as_virsh_reads_it(there: There, secret: str, text: str, value: bytes) -> None:
    done = there("secret-set-value", secret, "--base64", text)
    assert done.status == 0
    assert there("secret-get-value", secret).out.strip() == b64encode(value).decode()


@pytest.mark.parametrize("text", ["!!!!", "a", "aG", "aGV", "="])
def test_what_is_no_base64(there: There, secret: str, text: str) -> None:
    done = there("secret-set-value", secret, "--base64", text)
    assert (done.status, done.err.split("\n")[1]) == (1, "error: Secret value is not valid base64")


def test_a_value_that_is_cut_is_refused_by_vsh(there: There, secret: str, tmp_path) -> None:
    (tmp_path / "cut").write_text("aGVsbG8")
    done = there("secret-set-value", secret, "--file", "cut", program="vsh")
    assert (done.status, done.err) == (1, "error: Secret value is not valid base64\n")


@pytest.mark.parametrize("typed", ["abc\n", "abc", "abc\nmore\n", "abc\r\n"])
def test_a_secret_from_a_pipe(there: There, secret: str, typed: str) -> None:
    done = there("secret-set-value", secret, "--interactive", stdin=typed)
    assert list(done) == [0, "Enter new value for secret:", ""]
    assert there("secret-get-value", secret).out.strip() == "YWJj"


def test_no_secret_from_an_empty_pipe(there: There, secret: str) -> None:
    done = there("secret-set-value", secret, "--interactive", program="vsh")
    assert (done.status, done.err) == (1, "error: Failed to read secret\n")


def test_words_for_what_cannot_be_had(there: There, tiny_guest) -> None:
    tiny_guest("cone", start=True)
    for line, first in (
        ("detach-interface cone --config", "Domain has no interfaces"),
        ("detach-interface cone network", "No interface found whose type is network"),
        ("nodecpustats --cpu 99", "Unable to get node cpu stats"),
        ("domiftune cone vnet0 --live --config", "Unable to get number of interface parameters"),
        ("numatune cone --live --config", "Unable to get number of memory parameters"),
        ("freecell --cellno -1", "startCell in virNodeGetCellsFreeMemory must be zero or greater"),
    ):
        done = there(line)
        assert (done.status, done.err.split("\n")[0]) == (1, f"error: {first}"), line
    there("destroy", "cone")


def test_a_closed_descriptor_leaves_the_connection(there: There, tiny_guest) -> None:
    tiny_guest("coff")
    for line in (
        "start coff --pass-fds 99",
        "qemu-monitor-command coff --pass-fds 99 query-status",
        "dom-fd-associate coff x 99",
    ):
        done = there(f"{line}; domuuid coff")
        assert done.status == 0, line
        assert done.err.endswith("error: Cannot duplicate FD 99: Bad file descriptor\n"), done.err
        assert "onnect" not in done.err


def test_a_console_off_a_terminal(there: There, tiny_guest) -> None:
    """What was started goes on; that there is no console is said, and fails only ``start``."""
    guest = tiny_guest("coff")
    message = "error: Cannot run interactive console without a controlling TTY\n"
    done = there("start", "coff", "--console")
    assert (done.status, done.err) == (1, message)
    assert there("domstate", "coff").out == "running\n"
    assert there("destroy", "coff").status == there("undefine", "coff").status == 0
    done = there("create", str(guest.file), "--console")
    assert (done.status, done.err) == (0, message)
    assert there("domstate", "coff").out == "running\n"
    assert there("destroy", "coff").status == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--bandwidth x", "unable to connect to server at '127.0.0.1:1': Connection refused"),
        ("--comp-mt-level x", "unable to connect to server at '127.0.0.1:1': Connection refused"),
        ("--p2p --dname '' --disks-port x", ("Numeric value 'x' for <disks-port> option is "
         "malformed or out of range")),
        ("--p2p --xml /no/file --bandwidth x", "cannot read file '/no/file'"),
        ("--p2p --migrate-disks vda --bandwidth x",
         "'--migrate-disks' requires one of '--copy-storage-all', '--copy-storage-inc'"),
        ("--p2p --copy-storage-synchronous-writes --bandwidth x",
         ("'--copy-storage-synchronous-writes' requires one of '--copy-storage-all', "
         "'--copy-storage-inc'")),
    ],
)  # fmt: skip
def test_a_migration_reads_its_numbers_once_it_is_connected(
    there: There, tiny_guest, words: str, message: str
) -> None:
    tiny_guest("coff")
    done = there(f"migrate coff qemu+tcp://127.0.0.1:1/system {words}; domuuid coff")
    assert done.status == 0
    assert done.err.split("\n")[0] == f"error: {message}"
    assert "onnected" not in done.err
