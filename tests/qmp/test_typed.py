"""JSON that somebody typed: what two versions of libvirt say of it, by what their libraries say."""

from __future__ import annotations

import pytest

from vsh.errors import InternalError
from vsh.qmp import typed
from vsh.qmp.typed_newer import fault

LONG = '{"execute":"query-name","arguments":{"first":1 "second":2}}'
DRAWN = [  # a text, what is wrong, what is drawn above the arrow
    ("{x", "lexical error: invalid char in json text.", " " * 38 + "{x"),
    ('{"a":tru }', "lexical error: invalid string in json text.", " " * 32 + '{"a":tru }'),
    ('"a\\qb"', "lexical error: inside a string, '\\' occurs before a character which it may not.",
     " " * 37 + '"a\\qb"'),
    ('"\\u12g"', "lexical error: invalid (non-hex) character occurs after '\\u' inside string.",
     " " * 35 + '"\\u12g"'),
    ('"a\nb"', "lexical error: invalid character inside string.", " " * 38 + '"a b"'),
    ('"\udcff"', "lexical error: invalid bytes in UTF8 string.", " " * 38 + '"\ufffd"'),
    ("-x", "lexical error: malformed number, a digit is required after the minus sign.",
     " " * 39 + "-x"),
    ("[1.]", "lexical error: malformed number, a digit is required after the decimal point.",
     " " * 37 + "[1.]"),
    ("1e+]", "lexical error: malformed number, a digit is required after the exponent.",
     " " * 37 + "1e+]"),
    ("{} /* a */", "lexical error", ""),
    ("{", "parse error: premature EOF", " " * 39 + "{"),
    ("", "parse error: premature EOF", " " * 39),
    ("{}}", "parse error: trailing garbage", " " * 37 + "{}}"),
    ("[,1]", "parse error: unallowed token at this point in JSON text", " " * 38 + "[,1]"),
    ("{1:2}", "parse error: invalid object key (must be a string)", " " * 38 + "{1:2}"),
    ('{"a" 1}', "parse error: object key and value must be separated by a colon (':')",
     " " * 34 + '{"a" 1}'),
    ("[1 2]", "parse error: after array element, I expect ',' or ']'", " " * 36 + "[1 2]"),
    ('{"a":1,"a":2}', "parse error: client cancelled parse via callback return value",
     " " * 28 + '{"a":1,"a":2}'),
    (LONG, "parse error: after key and value, inside map, I expect ',' or '}'",
     " " * 10 + 'ame","arguments":{"first":1 "second":2}}'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "drawing"), DRAWN)
def test_what_is_wrong_is_drawn(text: str, words: str, drawing: str) -> None:
    arrow = "                     (right here) ------^\n"
    with pytest.raises(InternalError) as caught:
        typed.read(text)
    if text == "{} /* a */":  # behind a whole value anything is too much
        words, drawing = "parse error: trailing garbage", " " * 37 + text
    expected = f"cannot parse json {text}: {words}\n{drawing}\n{arrow}"
    assert caught.value.message == f"internal error: {expected}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "continue"), ("5", "continue"), ("nul", "continue"), ("null", "continue"),
        ("{}}", "unexpected character"), ("[1,]", "unexpected character"),
        ("Inf ", "unexpected character"), ("'a'", "unexpected character"),
        ("[nulL]", "null expected"), ("[TRUE]", "boolean expected"), ("[01]", "number expected"),
        ("[1x]", "number expected"), ("[-]", "number expected"), ("[1.2.3]", "number expected"),
        ("{a", "quoted object property name expected"),
        ("[1 2]", "array value separator ',' expected"),
        ('{"a" 1}', "object property name separator ':' expected"),
        ('{"a":1 "b":2}', "object value separator ',' expected"),
        ('["\\q"]', "invalid string sequence"),
        ('["\\u12g"]', "invalid string sequence"), ('["\udcff"]', "invalid utf-8 string"),
        ('"\u00e9\udcc3"', "invalid utf-8 string"), ("[" * 40, "nesting too deep"),
        ('{"a":1,}', "unexpected character"), ("{}\udcc3", "unexpected character"),
    ],
)  # fmt: skip
def test_what_newer_ones_say(text: str, words: str) -> None:
    with pytest.raises(InternalError) as caught:
        typed.read(text, newer=True)
    assert caught.value.message == f"internal error: failed to parse JSON: {words}"


def test_what_is_json() -> None:
    """As libvirt keeps it: texts end at a NUL, halves of characters are none."""
    text = (
        '\v{"a": [1, -2.50, 1e999, true, false, null, "\\ud83d\\ude00\\ud800"], "b\\u0000c": {}}\f'
    )
    whole = {"a": [1, -2.5, typed._LARGEST, True, False, None, "\U0001f600?"], "b": {}}
    assert typed.read(text) == whole
    assert typed.read('["a\tb\\ud800"]', newer=True) == ["a\tb\ufffd"]
    assert fault(b'[-Infinity, NaN, "\\u00e9", 1.5e-3]') == ""
    for other in ("[NaN]", '["\\ud800\\u0000"', "[" * 5000 + "]" * 5000):
        with pytest.raises(InternalError):
            typed.read(other, newer=other == "[NaN]")
