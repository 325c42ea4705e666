"""Patterns of events: what GLib takes them for; its answers were asked of it."""

from __future__ import annotations

import pytest

from vsh.drivers.qemu.patterns import compiled
from vsh.errors import InvalidArgument


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        ("^[[:upper:]_]+$", "BLOCK_JOB", "block"),
        ("[^[:digit:]]", "a", "5"),
        ("[]x]", "]", "y"),
        ("[^]x]", "y", "]"),
        ("[[]", "[", "x"),
        (r"\x{41}B", "AB", "B"),
        (r"\[\d\]", "[5]", "5"),
        ("JOB|STOP", "BLOCK_JOB_READY", "RESUME"),
    ],
)
def test_what_is_found(pattern: str, yes: str, no: str) -> None:
    known = compiled(pattern, caseless=False)
    assert known.search(yes)
    assert not known.search(no)


def test_case_may_not_matter() -> None:
    assert compiled("stop", caseless=True).search("STOP")
    assert not compiled("stop", caseless=False).search("STOP")


@pytest.mark.parametrize(
    ("pattern", "place", "words"),
    [
        ("(", 1, "missing terminating )"),
        ("[a", 2, "missing terminating ] for character class"),
        ("*x", 0, "nothing to repeat"),
        ("a{2,1}", 5, "numbers out of order in {} quantifier"),
        ("\\", 1, "\\ at end of pattern"),
        ("[[:zz:]]", 1, "unknown POSIX class name"),
        (r"a\K", 1, r"\K is not known here"),
    ],
)
def test_what_is_none(pattern: str, place: int, words: str) -> None:
    with pytest.raises(InvalidArgument) as raised:
        compiled(pattern, caseless=False)
    assert str(raised.value) == (
        f"invalid argument: failed to compile regex '{pattern}': Error while compiling regular "
        f"expression \u2018{pattern}\u2019 at char {place}: {words}"
    )
