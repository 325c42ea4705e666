"""A name that stands for a module of Python's while another is imported."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def run(program: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *words], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_lxml_comes_without_inspect_and_parsers_with_targets_work(tmp_path: Path) -> None:
    """Who needs it gets the real one, then and later."""
    assert (
        run(
            "import sys\n"
            "from vsh.xml.engine.reader import parse\n"
            "assert parse('<a/>').tag == 'a'\n"
            "assert not {'inspect', 'typing', 'gzip'} & set(sys.modules)\n"
            "from lxml import etree\n"
            "class Target:\n"
            "    def start(self, tag, attrib, nsmap):\n"
            "        self.found = tag, nsmap\n"
            "    def close(self):\n"
            "        return self.found\n"
            "found = etree.fromstring('<b xmlns:x=\"y\"/>', etree.XMLParser(target=Target()))\n"
            "import inspect\n"
            "assert etree.ElementTree[int] is etree.ElementTree\n"
            "etree.ElementTree(etree.XML('<c/>')).write(sys.argv[1], compression=9)\n"
            "import gzip\n"
            "print(found, inspect.isfunction(parse), gzip.open(sys.argv[1]).read())\n",
            str(tmp_path / "c.gz"),
        )
        == "('b', {'x': 'y'}) True b'<c/>'\n"
    )


def test_a_state_file_comes_without_functools() -> None:
    assert (
        run(
            "import sys\n"
            "from vsh.drivers.state.database import connect\n"
            "print('functools' in sys.modules)\n"
            "print(connect(':memory:').execute('SELECT 2').fetchone())\n"
            "import functools\n"
            "print(functools.reduce(int.__add__, [1, 2]))\n"
        )
        == "False\n(2,)\n3\n"
    )


def test_what_others_have_imported_stays() -> None:
    assert (
        run(
            "import sys, inspect, threading\n"
            "from vsh.sparing import Sparing\n"
            "with Sparing('inspect', getfullargspec=None), Sparing('gzip'):\n"
            "    print(sys.modules['inspect'] is inspect, 'gzip' in sys.modules)\n"
        )
        == "True False\n"
    )


def test_what_it_does_not_stand_for_is_the_real_modules() -> None:
    assert (
        run(
            "import sys\n"
            "from vsh.sparing import Sparing\n"
            "with Sparing('gzip', GzipFile=None):\n"
            "    from gzip import READ, GzipFile\n"
            "import gzip\n"
            "print(READ, GzipFile, gzip.GzipFile.__name__)\n"
        )
        == "1 None GzipFile\n"
    )
