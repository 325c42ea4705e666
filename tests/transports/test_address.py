"""What a URI says about the way, and what is left of it for the far end."""

from __future__ import annotations

import pytest

from vsh.errors import Error
from vsh.transports._address import Address


@pytest.mark.parametrize(
    ("text", "transport", "name"),
    [
        ("qemu:///system", "unix", "qemu:///system"),
        ("qemu:///session", "unix", "qemu:///session"),
        ("lxc:///system", "unix", "lxc:///system"),
        ("qemu+unix:///system?socket=/tmp/x", "unix", "qemu:///system"),
        ("qemu+UNIX:///system?Socket=/tmp/x&MODE=legacy", "unix", "qemu:///system"),
        ("test+unix:///default?socket=/tmp/x", "unix", "test:///default"),
        ("qemu://host/system", "tls", "qemu:///system"),
        ("qemu+tcp://host:1234/system?no_verify=1", "tcp", "qemu:///system"),
        (
            "qemu+ssh://me@host/system?keyfile=/k&foo=b%20r&bar=",
            "ssh",
            "qemu:///system?foo=b%20r&bar=",
        ),
        ("qemu+ssh://host/system?name=lxc:///", "ssh", "lxc:///"),
        ("remote+ssh://host/system", "ssh", ""),
        ("qemu+unix:///a%20b", "unix", "qemu:///a%20b"),
        ("", "unix", ""),
    ],
)
def test_what_is_left(text, transport, name):
    address = Address(text)
    assert (address.transport, address.name) == (transport, name)


def test_parts():
    address = Address("qemu+ssh://me@[::1]:2222/system?no_tty=1&no_verify=0&keyfile=%2Fk")
    assert (address.driver, address.user, address.server, address.port, address.path) == (
        "qemu",
        "me",
        "::1",
        2222,
        "/system",
    )
    assert (address.switch("no_tty"), address.switch("no_verify"), address.option("keyfile")) == (
        True,
        False,
        "/k",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "qemu+foo:///system",
            (
                "invalid argument: remote_open: transport in URL not recognised "
                "(should be tls|unix|ssh|ext|tcp|libssh2|libssh)"
            ),
        ),
        (
            "qemu+unix://host/system",
            "invalid argument: using unix socket and remote server 'host' is not supported.",
        ),
        ("qemu+unix:///system?mode=foo", "invalid argument: Unknown remote mode 'foo'"),
        ("qemu:///system?proxy=x", "invalid argument: Unnkown proxy type 'x'"),
        (
            "qemu+unix:///system?no_verify=x",
            "invalid argument: Failed to parse value of URI component no_verify",
        ),
        (
            "qemu+ext:///system",
            "invalid argument: remote_open: for 'ext' transport, command is required",
        ),
        ("://x", "internal error: Unable to parse URI ://x"),
    ],
)
def test_errors_are_libvirts(text, message):
    with pytest.raises(Error) as caught:
        Address(text)
    assert str(caught.value) == message
