"""Words become invocations, with virsh's errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.cli import parse
from vsh.cli.words import split
from vsh.errors import CommandError


def given_to(line: str) -> list[tuple[str, dict[str, object]]]:
    """What each command of a line was given."""
    return [(each.command.name, each.given) for each in parse.parse(split(line))]


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("domstate test", {"domain": "test"}),
        ("domstate --domain test", {"domain": "test"}),
        ("domstate --domain=test --reason", {"domain": "test", "reason": True}),
        ("domstate --reason -- --reason", {"domain": "--reason", "reason": True}),
        ("echo --shell a b", {"shell": True, "string": ["a", "b"]}),
        ("echo -- --shell", {"string": ["--shell"]}),
        ("echo --string=a --string b", {"string": ["a", "b"]}),
        ("setmem --size 5 test", {"size": "5", "domain": "test"}),
    ],
)
def test_values_by_position_and_by_name(line: str, given: dict[str, object]) -> None:
    assert given_to(line) == [(line.split(maxsplit=1)[0], given)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("bogus", "unknown command: 'bogus'"),
        ("domstate", "command 'domstate' requires <domain> option"),
        ("domstate a b", "unexpected data 'b'"),
        ("domstate --bogus a", "command 'domstate' doesn't support option --bogus"),
        ("domstate --reason=1 a", "invalid '=' after option --reason"),
        ("domstate --domain", "expected syntax: --domain <string>"),
        ("domstate a --domain b", "option --domain already seen"),
        ("setvcpus test --count", "expected syntax: --count <number>"),
        ("echo a; bogus", "unknown command: 'bogus'"),
        ("../virsh/echo a", "unknown command: '../virsh/echo'"),
        ("__init__", "unknown command: '__init__'"),
        ("domain", "unknown command: 'domain'"),
    ],
)
def test_the_first_mistake_is_the_error(line: str, message: str) -> None:
    with pytest.raises(CommandError) as refused:
        parse.parse(split(line))
    assert refused.value.message == message


def test_a_near_miss_is_named() -> None:
    with pytest.raises(CommandError) as refused:
        parse.parse(split("snapshot-lst test"))
    assert refused.value.hint == "did you mean 'snapshot-list'?"


def test_help_takes_the_place_of_the_command() -> None:
    assert given_to("domstate --help") == [("help", {"command": "domstate"})]


def test_a_line_that_starts_with_a_comment_word_runs_nothing() -> None:
    assert parse.parse(["#", "domstate"]) == []


def test_an_unfinished_line_is_understood_as_far_as_it_goes() -> None:
    invocation = parse.partial(split("domstate --domain te", lenient=True))
    assert invocation is not None
    assert invocation.last is not None
    assert (invocation.command.name, invocation.last.name) == ("domstate", "domain")


WORDS = st.sampled_from(
    [
        "echo",
        "domstate",
        "help",
        "--",
        "--domain",
        "--domain=x",
        "--reason",
        ";",
        "a",
        "'",
        '"',
        "#",
    ]
)


@given(st.lists(WORDS | st.text(max_size=6), max_size=8).map(" ".join))
def test_any_line_is_parsed_or_refused_clearly(line: str) -> None:
    try:
        invocations = parse.parse(split(line))
    except CommandError as error:
        assert error.message
    else:
        assert all(each.command.name for each in invocations)
    parse.partial(split(line, lenient=True))
