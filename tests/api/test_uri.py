"""Connection URIs are taken apart as libvirt does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.api.uri import parse
from vsh.errors import Error, InternalError, NoConnect


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
