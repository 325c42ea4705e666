"""What is made of networks, pools and volumes: kept, given defaults, or refused with a text.

``families.txt`` has a kind and a document, and below them what the commands that define it and show
it give with virsh 12.8.0 on its test driver, without UUIDs and made-up addresses, or the error.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import vsh
from vsh.api.connection import Connection
from vsh.errors import Error

_OWN = re.compile(r"<uuid>[^<]*</uuid>|<mac address='52:54:00[^>]*>")
CASES = [
    block.split("\n")
    for block in Path(__file__).with_name("families.txt").read_text().strip("\n").split("\n\n")
]


def network(connection: Connection, document: str) -> str:
    return connection.network_define_xml(document).get_xml_desc(0)


def pool(connection: Connection, document: str) -> str:
    return connection.storage_pool_define_xml(document, 0).get_xml_desc(0)


def vol(connection: Connection, document: str) -> str:
    place = connection.storage_pool_lookup_by_name("default-pool")
    return place.vol_create_xml(document, 0).get_xml_desc(0)


KINDS: dict[str, Callable[[Connection, str], str]] = {"network": network, "pool": pool, "vol": vol}


@pytest.mark.parametrize(("case", "expected"), CASES, ids=range(len(CASES)))
def test_a_document(case: str, expected: str) -> None:
    kind, _, document = case.partition(" ")
    with vsh.connect("test:///default") as connection:
        try:
            found = KINDS[kind](connection, document)
        except Error as error:
            assert f"error: {error}" == expected
            return
    assert _OWN.sub("", "".join(line.strip() for line in found.splitlines())) == expected
