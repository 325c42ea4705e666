"""What dnsmasq is told of each recorded network, beside what libvirt tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vsh.drivers.host.network.dnsmasq import configuration
from vsh.xml.engine.reader import read
from vsh.xml.network import Network

if TYPE_CHECKING:
    from pathlib import Path

    from tests.corpus.conftest import Counts

FOLDER = "/var/lib/libvirt/dnsmasq"


def test_dnsmasq(corpus: Path, counts: Counts) -> None:
    lines = (corpus / "qemu/dnsmasq.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    wrong = []
    for case in cases:
        found = configuration(read(case["in"], Network), FOLDER)
        if found.conf != case["conf"] or found.hosts != case.get("hostsfile", ""):
            wrong.append((case["name"], found.conf, found.hosts))
    counts.note("dnsmasq", len(cases) - len(wrong), len(cases), len(cases))
    assert len(cases) >= 15
    assert wrong == []
