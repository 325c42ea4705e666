"""auth.conf: which file, which group, what is in it; and the questions where it says nothing."""

from __future__ import annotations

import pytest

from vsh.auth import Peer
from vsh.auth import _credentials as module
from vsh.auth._credentials import Credentials, look_up, parse, place
from vsh.errors import AuthFailed, ConfSyntax, OpenFailed

TEXT = """\
# names and passwords
[credentials-test]
authname = fred
password=a b\\sc\\\\n\\t
realm=here

[credentials-prod]
authname=bar

[auth-libvirt-test1.example.com]
credentials=test
[auth-libvirt-default]
credentials=prod
[auth-esx-localhost]
credentials=prod
"""


@pytest.fixture
def conf(tmp_path, monkeypatch):
    monkeypatch.delenv("LIBVIRT_AUTH_FILE", raising=False)
    path = tmp_path / "auth.conf"
    path.write_text(TEXT)
    return path


def test_groups(conf):
    assert look_up(str(conf), "test1.example.com") == {
        "authname": "fred",
        "password": "a b c\\n\t",
        "realm": "here",
    }
    assert look_up(str(conf), "test2.example.com") == {"authname": "bar"}
    assert look_up(str(conf), None) == {"authname": "bar"}
    conf.write_text("[auth-libvirt-localhost]\ncredentials=x\n[credentials-x]\npassword=p\n")
    assert look_up(str(conf), None) == {"password": "p"}
    assert look_up(str(conf), "elsewhere") == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "[auth-libvirt-default]\n",
            "Missing item 'credentials' in group 'auth-libvirt-default' in '{}'",
        ),
        (
            "[auth-libvirt-default]\ncredentials=x\n",
            "Missing group 'credentials-x' referenced from group 'auth-libvirt-default' in '{}'",
        ),
        ("a=b", "{}:1: expecting a 'key=value' in a group"),
        ("[a]\nhunter2", "{}:2: expecting a 'key=value' in a group"),
        ("[a", "{}:1: expecting a [group]"),
        ("[a]\nb=\\q", "{}:2: a backslash stands before one of s, n, t, r and itself"),
        ("[a]\nb=\\", "{}:2: a backslash stands before one of s, n, t, r and itself"),
    ],
)
def test_what_is_wrong(conf, text, reason):
    conf.write_text(text)
    with pytest.raises(ConfSyntax) as caught:
        look_up(str(conf), None)
    assert str(caught.value) == f"configuration file syntax error: {reason.format(conf)}"


def test_which_file(conf, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(module, "SYSTEM", str(tmp_path / "system"))
    assert place(None) is None
    assert look_up(None, None) == {}
    (tmp_path / "system").touch()
    assert place(None) == str(tmp_path / "system")
    (tmp_path / "libvirt").mkdir()
    (tmp_path / "libvirt/auth.conf").touch()
    assert place(None) == str(tmp_path / "libvirt/auth.conf")
    assert place("/given") == "/given"
    monkeypatch.setenv("LIBVIRT_AUTH_FILE", "/said")
    assert place("/given") == "/said"


def test_a_file_that_is_named_has_to_be_there(tmp_path):
    with pytest.raises(OpenFailed, match=f"'{tmp_path}/no': No such file or directory"):
        look_up(f"{tmp_path}/no", None)


def test_no_line_of_the_file_is_ever_shown(conf):
    conf.write_text("[credentials-x]\npassword hunter2\n")
    with pytest.raises(ConfSyntax) as caught:
        look_up(str(conf), None)
    assert "hunter2" not in str(caught.value)


def test_questions(conf):
    asked = []

    def prompt(question, *, secret):
        asked.append((question, secret))
        return "answer"

    credentials = Credentials(Peer(lambda *_: b"", authfile=str(conf), host="x", prompt=prompt))
    assert (credentials.name, credentials.password, credentials.realm) == ("bar", "answer", None)
    assert credentials.password == "answer"
    assert asked == [("Please enter your password", True)]
    conf.write_text("")
    credentials = Credentials(Peer(lambda *_: b"", authfile=str(conf), prompt=prompt))
    assert credentials.name == "answer"
    assert asked[1:] == [("Please enter your authentication name", False)]


def test_nobody_to_ask(conf):
    credentials = Credentials(Peer(lambda *_: b"", authfile=str(conf), host="x"))
    with pytest.raises(AuthFailed) as caught:
        _ = credentials.password
    assert str(caught.value) == "authentication failed: No authentication callback available"
    assert "password" in caught.value.hint


def test_line_ends_of_windows():
    assert parse("[a]\r\nb=c \r\n", "f") == {"a": {"b": "c "}}
