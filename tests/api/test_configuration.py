"""libvirt.conf: what it may look like, where it is, what its settings do."""

from __future__ import annotations

import os

import pytest

import vsh
from vsh.api import configuration
from vsh.api.configuration import parse, resolve, settings
from vsh.errors import ConfSyntax, Error, InternalError, OpenFailed
from vsh.transports._address import Address

NO_LIST = "{}: expected a string list for 'uri_aliases' parameter"
TEXT = """\
# a comment
uri_default = "test:///default"   # another
uri_aliases = [
  "hail=qemu+ssh://root@hail.cloud.example.com/system",
  'sleet=test:///default',
]
number=-5
many = [1, "two", [ ], ]
long = \"\"\"two
lines\"\"\"
"""


@pytest.fixture
def conf(tmp_path, monkeypatch):
    """The user's file, to be written."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("LIBVIRT_DEFAULT_URI", raising=False)
    (tmp_path / "libvirt").mkdir()
    return tmp_path / "libvirt/libvirt.conf"


def test_the_language():
    assert parse(TEXT, "f") == {
        "uri_default": "test:///default",
        "uri_aliases": [
            "hail=qemu+ssh://root@hail.cloud.example.com/system",
            "sleet=test:///default",
        ],
        "number": -5,
        "many": [1, "two", []],
        "long": "two\nlines",
    }
    assert parse("", "f") == parse("\n# x\r\n\t\n", "f") == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a = 1\nb", "2: expecting an assignment"),
        ("= 1", "1: expecting a name"),
        ("a =", "1: expecting a value"),
        ("a = -", "1: unterminated number"),
        ('a = "x\ny"', "1: unterminated string"),
        ("a = '", "1: unterminated string"),
        ('a = """x"', "1: unterminated string"),
        ("a = [1 2]", "1: expecting a separator in list"),
        ("a = [1,\n2", "2: list is not closed with ]"),
        ("a = 1 b = 2", "1: expecting a separator"),
        ("a = ²", "1: expecting a value"),
    ],
)
def test_what_is_wrong_and_where(text, reason):
    with pytest.raises(ConfSyntax) as caught:
        parse(text, "/f")
    assert str(caught.value) == f"configuration file syntax error: /f:{reason}"


def test_the_default(conf, monkeypatch):
    assert resolve("") == ""
    conf.write_text(TEXT)
    assert resolve("") == "test:///default"
    with vsh.connect() as connection:
        assert connection.uri == "test:///default"
    monkeypatch.setenv("LIBVIRT_DEFAULT_URI", "hail")
    assert resolve("") == "qemu+ssh://root@hail.cloud.example.com/system"


def test_aliases(conf):
    conf.write_text(TEXT)
    assert resolve("hail") == "qemu+ssh://root@hail.cloud.example.com/system"
    assert resolve("hai") == "hai"
    with vsh.connect("sleet") as connection:
        assert connection.get_uri() == "test:///default"
    with pytest.raises(Error, match="URI 'rain' does not include a driver name"):
        vsh.connect("rain")


def test_a_whole_uri_does_not_need_the_file(conf):
    conf.write_text("nonsense")
    assert resolve("test:///default") == "test:///default"
    with pytest.raises(ConfSyntax):
        resolve("test")


def test_the_old_word_for_xen(conf):
    assert resolve("Xen") == resolve("xen://") == "xen:///system"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            'uri_aliases = ["x"]',
            (
                "configuration file syntax error: Malformed 'uri_aliases' config "
                "entry 'x', expected 'alias=uri://host/path'"
            ),
        ),
        (
            'uri_aliases = ["a b=x:///"]',
            (
                "configuration file syntax error: Malformed 'uri_aliases' "
                "config entry 'a b=x:///', aliases may only contain 'a-Z, 0-9, _, -'"
            ),
        ),
        ('uri_aliases = "a=b"', f"internal error: {NO_LIST}"),
        ("uri_aliases = [1]", f"configuration file syntax error: {NO_LIST}"),
        ("uri_default = 1", "internal error: {}: expected a string for 'uri_default' parameter"),
    ],
)
def test_settings_that_mean_nothing(conf, text, reason):
    conf.write_text(text)
    with pytest.raises(Error) as caught:
        resolve("" if "default" in text else "z")
    assert str(caught.value) == reason.format(conf)


def test_places(conf, monkeypatch):
    assert settings().path == str(conf)
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "/h")
    assert settings().path == "/h/.config/libvirt/libvirt.conf"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(configuration, "SYSTEM", "/nowhere")
    assert settings().path == "/nowhere/libvirt.conf"


def test_a_file_that_cannot_be_read(conf):
    conf.mkdir()
    with pytest.raises(OpenFailed) as caught:
        resolve("")
    assert str(caught.value) == f"failed to open configuration file '{conf}': Is a directory"


def test_how_to_get_there(conf):
    conf.write_text('remote_mode = "direct"\nremote_proxy = "netcat"\ntls_priority = "NORMAL"\n')
    known = settings()
    address = Address("qemu+ssh://host/system", settings=known)
    assert address.options == {"mode": "direct", "proxy": "netcat"}
    address = Address("qemu://host/system?mode=legacy", settings=known)
    assert address.options == {"mode": "legacy", "proxy": "netcat", "tls_priority": "NORMAL"}
    conf.write_text('remote_mode = "sideways"\n')
    with pytest.raises(Error, match="Unknown remote mode 'sideways'"):
        Address("qemu:///system", settings=settings())


@pytest.mark.parametrize("uri", ["qemu://system", "vbox://session/", "vz://system/x"])
def test_a_forgotten_slash(uri):
    scheme, host = uri.partition(":")[0], uri.split("/")[2]
    with pytest.raises(InternalError) as caught:
        vsh.connect(uri)
    assert str(caught.value) == (
        f"internal error: invalid URI {uri} (maybe you want {scheme}:///{host})"
    )
