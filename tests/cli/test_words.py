"""The cutting of lines into words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.cli.words import quote, split
from vsh.errors import CommandError


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", []),
        ("   \t", []),
        ("echo a  b", ["echo", "a", "b"]),
        ("echo 'a b' \"c d\"", ["echo", "a b", "c d"]),
        ("echo a\\ b", ["echo", "a b"]),
        ("echo 'a\\b'", ["echo", "a\\b"]),
        ('echo "a\\"b"', ["echo", 'a"b']),
        ("echo ''", ["echo", ""]),
        ("a;b", ["a", None, "b"]),
        ("a\nb", ["a", None, "b"]),
        (";;", [None, None]),
        ("echo a # rest; more\nb", ["echo", "a", None, "b"]),
        ("echo a#b", ["echo", "a#b"]),
        ("echo 'open", ["echo", "open"]),
        ("echo a\\\nb", ["echo", "ab"]),
        ("echo \\\n b", ["echo", "b"]),
        ("echo 'x;y' \"z;\"", ["echo", "x;y", "z;"]),
    ],
)
def test_lines_become_words(line: str, words: list[str | None]) -> None:
    assert list(split(line)) == words


@pytest.mark.parametrize(
    ("line", "message"), [('echo "abc', 'missing "'), ("echo abc\\", "dangling \\")]
)
def test_an_unfinished_line_is_refused(line: str, message: str) -> None:
    with pytest.raises(CommandError) as refused:
        list(split(line))
    assert refused.value.message == message
    assert refused.value.hint


@pytest.mark.parametrize(("line", "last"), [('echo "abc', "abc"), ("echo abc\\", "abc")])
def test_an_unfinished_line_can_be_completed(line: str, last: str) -> None:
    assert list(split(line, lenient=True))[-1] == last


@given(st.text())
def test_any_word_survives_quoting(word: str) -> None:
    assert list(split(quote(word) or "''")) == [word]


@given(st.text())
def test_any_line_gives_words_or_a_clear_error(line: str) -> None:
    try:
        words = list(split(line))
    except CommandError as error:
        assert error.message in ('missing "', "dangling \\")
    else:
        assert all(word is None or isinstance(word, str) for word in words)
        assert list(split(line, lenient=True)) == words
