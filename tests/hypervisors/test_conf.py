"""The ``name = value`` language: three dialects, libvirt's complaints, and writing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsh.errors import ConfSyntax, Error, InternalError
from vsh.hypervisors.conf import Conf


def test_the_first_entry_of_a_name_counts() -> None:
    conf = Conf.parse("a = 1\na = 2\n")
    assert conf.get("a") == 1
    assert conf.get("b") is None


def test_kinds_of_values_and_comments() -> None:
    conf = Conf.parse("# head\nname = 'x' # behind\nlist = [ \"a\", 2,\n [ 'b' ], ]; n = -3\n")
    assert conf.entries == [("name", "x"), ("list", ["a", 2, ["b"]]), ("n", -3)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a = []", []),
        ("a = [[]]", [[]]),
        ("a = [ [1, 'b'], [], ]", [[1, "b"], []]),
        ("a = [ [1] , ]", [[1]]),
        ("a = [,1]", "expecting a value"),
        ("a = [1,,2]", "expecting a value"),
        ("a = [1,", "expecting a value"),
        ("a = [[1],", "expecting a value"),
        ("a = [1 2]", "expecting a separator in list"),
        ("a = [[[", "list is not closed with ]"),
    ],
)
def test_lists_in_lists(text: str, values: object) -> None:
    if isinstance(values, str):
        with pytest.raises(ConfSyntax, match=re.escape(values)):
            Conf.parse(text)
    else:
        assert Conf.parse(text).get("a") == values


def test_lists_of_any_depth_and_any_number_of_entries() -> None:
    value = Conf.parse("a = " + "[" * 20_000 + "]" * 20_000).get("a")
    depth = 0
    while value:
        (value,) = value
        depth += 1
    assert depth == 19_999
    conf = Conf.parse("".join(f"n{number} = {number}\n" for number in range(10_000)))
    assert [conf.get(f"n{number}") for number in range(10_000)] == list(range(10_000))


def test_text_of_several_lines() -> None:
    conf = Conf.parse('a = """one\ntwo"""\nb = 1\n')
    assert conf.get("a") == "one\ntwo"
    assert conf.get("b") == 1


def test_vmx_names_have_no_case_and_more_characters() -> None:
    conf = Conf.parse('.encoding = "UTF-8"\nscsi0:0.fileName = "x"\n', "vmx")
    assert conf.get("SCSI0:0.FILENAME") == "x"
    assert Conf.parse("a = 'b'").get("A") is None


def test_lxc_values_are_the_rest_of_the_line() -> None:
    conf = Conf.parse("lxc.cap.drop = sys_module mknod \nlxc.tty=2\n", "lxc")
    assert conf.entries == [("lxc.cap.drop", "sys_module mknod"), ("lxc.tty", "2")]


@pytest.mark.parametrize(
    ("text", "dialect", "words"),
    [
        ("= 1", "plain", "1: expecting a name"),
        ("a 1", "plain", "1: expecting an assignment"),
        ("a = \n", "plain", "1: expecting a value"),
        ("a = 'x\n", "plain", "1: unterminated string"),
        ("a = [ 1 2 ]", "plain", "1: expecting a separator in list"),
        ("a = [ 1", "plain", "1: list is not closed with ]"),
        ("a = 1\nb = -\n", "plain", "2: unterminated number"),
        ("a = 1 b = 2", "plain", "1: expecting a separator"),
        ("a = 1", "vmx", "1: numbers not allowed in VMX format"),
        ("a = [ 1 ]", "vmx", "1: lists not allowed in VMX format"),
    ],
)
def test_complaints(text: str, dialect: str, words: str) -> None:
    with pytest.raises(ConfSyntax) as caught:
        Conf.parse(text, dialect)
    assert str(caught.value) == f"configuration file syntax error: memory conf:{words}"


def test_a_number_that_does_not_fit() -> None:
    with pytest.raises(Error, match="numeric overflow in conf value"):
        Conf.parse("a = 99999999999999999999")


def test_a_value_of_the_wrong_kind() -> None:
    conf = Conf.parse("a = 1\nb = [ 1 ]\n")
    with pytest.raises(InternalError, match="expected a string for 'a' parameter"):
        conf.string("a")
    with pytest.raises(ConfSyntax, match="expected a string list for 'b' parameter"):
        conf.strings("b")


def test_writing_changes_an_entry_where_it_stands() -> None:
    conf = Conf()
    conf.set("a", 1)
    conf.set("b", ["x", 'say "y"'])
    conf.set("a", 2)
    assert conf.format() == 'a = 2\nb = [ "x", \'say "y"\' ]\n'


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\"'\n\r"))
VALUES = st.recursive(
    TEXTS | st.integers(-(2**63) + 1, 2**63 - 1), lambda v: st.lists(v, max_size=4)
)


@settings(deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again(value: object) -> None:
    conf = Conf()
    conf.set("name", value)
    assert Conf.parse(conf.format()).entries == [("name", value)]


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["plain", "vmx", "lxc"]))
def test_any_text_is_read_or_refused(text: str, dialect: str) -> None:
    try:
        Conf.parse(text, dialect)
    except Error as error:
        assert "memory conf:" in str(error)
