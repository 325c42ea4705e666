"""Connection URIs are taken apart as libvirt does."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vsh
from vsh.api.uri import parse
from vsh.errors import ConfigUnsupported, Error, InternalError, NoConnect, SystemFailure


def test_all_parts() -> None:
    uri = parse("qemu+ssh://me%40home@[fe80::1]:22/sys%20tem?socket=/a/b&no_verify=1;mode#end")
    assert (uri.scheme, uri.transport) == ("qemu", "ssh")
    assert (uri.user, uri.host, uri.port) == ("me@home", "fe80::1", 22)
    assert uri.path == "/sys tem"
    assert uri.query == {"socket": "/a/b", "no_verify": "1", "mode": ""}
    assert uri.fragment == "end"
    assert uri.text.startswith("qemu+ssh://me%40home")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("test:///default", "/default"),
        ("test:/default", "/default"),
        ("test:default", "default"),
        ("test:", ""),
        ("test:///", "/"),
        ("test://", ""),
    ],
)
def test_what_is_left_out_is_none(text: str, path: str) -> None:
    uri = parse(text)
    assert uri.scheme == "test"
    assert uri.path == path
    assert (uri.transport, uri.user, uri.host, uri.port) == (None, None, None, None)
    assert uri.query == {}


def test_an_empty_transport_is_one() -> None:
    assert parse("test+:///default").transport == ""


@pytest.mark.parametrize("text", ["foo", "foo/bar:x", "/etc/x"])
def test_no_driver_named(text: str) -> None:
    with pytest.raises(NoConnect) as caught:
        parse(text)
    assert str(caught.value) == (
        f"no connection driver available for URI '{text}' does not include a driver name"
    )


@pytest.mark.parametrize(
    "text",
    [
        "://",
        "+unix:///default",
        "te st:///default",
        "test:///a b",
        'test:///a"b',
        "test:///%zz",
        "test:///%4",
        "test://[::1/default",
        "test://h:/default",
        "test://h:x/default",
        "test:///\u00fc",
        "test:///a[b",
        "test:///default?a=[",
        "1test:///default",
        "test://[::1]x/default",
    ],
)
def test_no_uri_at_all(text: str) -> None:
    with pytest.raises(InternalError) as caught:
        parse(text)
    assert str(caught.value) == f"internal error: Unable to parse URI {text}"


@given(st.text(max_size=40))
def test_any_text_is_a_uri_or_an_error(text: str) -> None:
    for given_ in (text, "test://" + text, "test:///x?" + text):
        try:
            assert parse(given_).text == given_
        except Error as error:
            assert given_ in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "test:///%00",
        "test:///default%00x",
        "qemu+tcp://h%00x/system",
        "qemu:///system?socket=/a%00b",
        "qemu+tcp://h:2147483648/system",
        f"qemu+tcp://h:{'1' * 5000}/system",
    ],
)
def test_what_no_uri_can_have(text: str) -> None:
    with pytest.raises(InternalError) as caught:
        parse(text)
    assert caught.value.message == f"internal error: Unable to parse URI {text}"


@pytest.mark.parametrize("host", ["a" * 70, "a..b", ".", "-", "a_b", "\N{SNOWMAN}"])
def test_host_names_that_no_resolver_knows(host: str) -> None:
    """They go to the resolver as they are: what it says is told, whatever they look like."""
    with pytest.raises(SystemFailure) as caught:
        vsh.connect(f"qemu+tcp://{quote(host)}/system")
    assert caught.value.message.startswith(f"Unable to resolve address '{host}' service '16509': ")


def test_a_port_that_there_cannot_be() -> None:
    with pytest.raises(SystemFailure) as caught:
        vsh.connect("qemu+tcp://127.0.0.1:65536/system")
    assert caught.value.message == (
        "Unable to resolve address '127.0.0.1' service '65536': "
        "Servname not supported for ai_socktype"
    )


@pytest.mark.parametrize(
    "uri",
    [
        "esx://root@127.0.0.1/?no_verify=1",
        "ESX://127.0.0.1/",
        "vpx://127.0.0.1/x",
        "hyperv://127.0.0.1/",
        "vmwareplayer:///session",
        "openvz:///system",
        "parallels:///system",
    ],
)
def test_drivers_that_no_daemon_has(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In libvirt they are in the client: no daemon is asked, on no host."""
    monkeypatch.setattr("vsh.drivers.remote.Link", None)
    with pytest.raises(ConfigUnsupported) as caught:
        vsh.connect(uri)
    scheme = uri.partition(":")[0]
    assert caught.value.message == f"unsupported configuration: vsh has no '{scheme}' driver"


@pytest.mark.parametrize("scheme", ["state", "host", "qemu"])
def test_a_folder_of_drivers_is_no_driver_by_its_name(scheme: str) -> None:
    """What has no function to open it is asked of a daemon, as every unknown scheme is."""
    with pytest.raises(SystemFailure, match="Failed to connect socket to '/no/such'"):
        vsh.connect(f"{scheme}:///system?socket=/no/such")
