"""Secrets."""

from __future__ import annotations

import pytest

from vsh.xml.engine.reader import read
from vsh.xml.secret import Secret

UUID = "aa6c7af2-45a7-477c-85a2-fe86d9f2514e"


def secret(usage: str) -> str:
    return f"""<secret ephemeral='yes' private='no'>
  <uuid>{UUID}</uuid>
  <description>words</description>
{usage}</secret>
"""


@pytest.mark.parametrize(
    ("usage", "tag"),
    [
        ("volume", "volume"),
        ("ceph", "name"),
        ("iscsi", "target"),
        ("tls", "name"),
        ("vtpm", "name"),
    ],
)
def test_usages(round_trip, usage, tag):
    inside = f"  <usage type='{usage}'>\n    <{tag}>x</{tag}>\n  </usage>\n"
    model = round_trip(secret(inside), Secret)
    assert (model.usage, model.usage_id) == (usage, "x")
    assert (model.ephemeral, model.private) == (True, False)


@pytest.mark.parametrize("usage", ["", "<usage type='none'/>"])
def test_without_a_usage(usage):
    model = read(f"<secret><uuid>{UUID}</uuid>{usage}</secret>", Secret)
    assert model.usage_id is None
    assert model.format() == (
        f"<secret ephemeral='no' private='no'>\n  <uuid>{UUID}</uuid>\n</secret>\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<secret ephemeral='x'/>", "XML error: invalid value of 'ephemeral'"),
        ("<secret private='x'/>", "XML error: invalid value of 'private'"),
        ("<secret><uuid>x</uuid></secret>", "internal error: malformed uuid element"),
        (
            "<secret><usage/></secret>",
            "XML error: Missing required attribute 'type' in element 'usage'",
        ),
        (
            "<secret><usage type='x'/></secret>",
            "XML error: Invalid value for attribute 'type' in element 'usage': 'x'.",
        ),
        (
            "<secret><usage type='volume'/></secret>",
            "internal error: volume usage specified, but volume path is missing",
        ),
        (
            "<secret><usage type='tls'/></secret>",
            "internal error: TLS usage specified, but name is missing",
        ),
    ],
)
def test_what_it_is_refused_for(refused, text, message):
    assert refused(text, Secret) == message
