"""Recorded XML documents and what libvirt makes of them, through the XML engine, by family."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.corpus.conftest import Counts

pytestmark = pytest.mark.corpus

ADAPTER = Path(__file__).with_name("xml_adapter.py")
# Raised when more cases pass, never lowered.
FLOORS = {
    "backup": 5,
    "bhyve": 32,
    "bhyveargv2xml": 26,
    "bhyvexml2argv": 48,
    "checkpoint": 5,
    "cpu": 140,
    "domain": 34,
    "domainsnapshot": 14,
    "interface": 12,
    "lxc": 8,
    "lxcconf2xml": 14,
    "network": 27,
    "network-update": 26,
    "networkport": 5,
    "nodedev": 32,
    "nwfilter": 30,
    "nwfilterbinding": 1,
    "qemu": 638,  # topologies that do not fit, which 12.8.0 refuses
    "qemu-full": 279,
    "schema": 1906,
    "secret": 5,
    "storagepool": 23,
    "storagevol": 14,
    "td-domain": 980,
    "td-interface": 16,
    "td-network": 48,
    "td-pool": 26,
    "td-vol": 20,
    "vmx2xml": 36,  # recorded from 9.0.0; 12.8.0 adds hwuuid, nvram and places to the other 12
    "xl2xml": 36,
    "xm2xml": 24,
    "xml2vmx": 40,
    "xml2xl": 31,
    "xml2xm": 21,
}


def counted(corpus: Path, family: str) -> tuple[int, int, str]:
    """Passed, total, and the report; what the adapter skips counts as not passed."""
    if not ADAPTER.exists():
        pytest.skip(f"no adapter {ADAPTER.name} to ask the XML engine with")
    command = [sys.executable, str(corpus / "tools/compare_xml.py"), "--list-failures"]
    options = ["--adapter", f"{sys.executable} {ADAPTER}", "--family", family, str(corpus / "xml")]
    done = subprocess.run([*command, *options], capture_output=True, text=True)
    line = re.search(rf"^{family} +ok +(\d+) +fail +(\d+) +skip +(\d+)$", done.stdout, re.MULTILINE)
    assert line is not None, done.stdout + done.stderr
    passed, failed, skipped = map(int, line.groups())
    return passed, passed + failed + skipped, done.stdout


@pytest.mark.parametrize("family", FLOORS)
def test_family(family: str, corpus: Path, counts: Counts) -> None:
    passed, total, report = counted(corpus, family)
    counts.note(f"xml {family}", passed, total, FLOORS[family])
    assert passed >= FLOORS[family], report
