"""What libssh means for ssh: libvirt's defaults, and how hosts and ourselves are verified."""

from __future__ import annotations

import pytest

from vsh.errors import InvalidArgument
from vsh.lookup import find
from vsh.transports import libssh
from vsh.transports._address import TRANSPORTS, Address
from vsh.transports.ssh import arguments


def options(uri: str) -> list[str]:
    """The options that ssh gets besides."""
    return libssh.options(libssh.with_habits(Address(uri)))


def test_every_transport_that_an_address_may_have_is_there():
    assert all(callable(find("vsh.transports", name)) for name in TRANSPORTS)


def test_defaults(monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/c")
    address = libssh.with_habits(Address("qemu+libssh://host/system?proxy=native"))
    words = arguments(address, libssh.options(address))
    assert words == [
        "ssh",
        "-l",
        "root",
        "-T",
        "-e",
        "none",
        "-o",
        "StrictHostKeyChecking=ask",
        "-o",
        "UserKnownHostsFile=/c/libvirt/known_hosts",
        "--",
        "host",
        "sh -c 'exec virt-ssh-helper qemu:///system'",
    ]


def test_what_the_uri_says_goes_first():
    uri = "qemu+libssh2://me@host/system?known_hosts=/h&known_hosts_verify=Auto"
    assert options(uri) == ["StrictHostKeyChecking=accept-new", "UserKnownHostsFile=/h"]


def test_ignored_hosts_are_not_even_written_down():
    found = options("qemu+libssh://host/system?known_hosts_verify=ignore&known_hosts=/h")
    files = [option for option in found if option.startswith("UserKnownHostsFile")]
    assert found[0] == "StrictHostKeyChecking=no"
    assert files[0] == "UserKnownHostsFile=/dev/null"  # ssh takes the first that it is told


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ("agent,privkey,password", ["PreferredAuthentications=publickey,password"]),
        ("privkey", ["PreferredAuthentications=publickey", "IdentityAgent=none"]),
        ("agent", ["PreferredAuthentications=publickey", "IdentityFile=/dev/null"]),
        (
            "keyboard-interactive,Password",
            ["PreferredAuthentications=keyboard-interactive,password", "IdentityAgent=none"],
        ),
    ],
)
def test_ways_to_log_in(methods, expected):
    uri = f"qemu+libssh://host/system?sshauth={methods}"
    assert options(uri)[2:] == expected


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("known_hosts_verify=maybe", "Invalid host key verification method: 'maybe'"),
        ("sshauth=agent,telepathy", "Invalid authentication method: 'telepathy'"),
    ],
)
@pytest.mark.parametrize("transport", ["libssh", "libssh2"])
def test_values_that_mean_nothing(transport, query, text):
    with pytest.raises(InvalidArgument) as caught:
        find("vsh.transports", transport)(Address(f"qemu+{transport}://host/system?{query}"))
    assert str(caught.value) == f"invalid argument: {text}"
