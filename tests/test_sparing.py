"""A name that stands for a module of Python's while another is imported."""

from __future__ import annotations

import subprocess
import sys


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_lxml_comes_without_inspect_and_parsers_with_targets_work() -> None:
    """Who needs it gets the real one, then and later."""
    assert (
        run(
            "import sys\n"
            "from vsh.xml.engine.reader import parse\n"
            "assert parse('<a/>').tag == 'a'\n"
            "assert 'inspect' not in sys.modules\n"
            "from lxml import etree\n"
            "class Target:\n"
            "    def start(self, tag, attrib, nsmap):\n"
            "        self.found = tag, nsmap\n"
            "    def close(self):\n"
            "        return self.found\n"
            "found = etree.fromstring('<b xmlns:x=\"y\"/>', etree.XMLParser(target=Target()))\n"
            "import inspect\n"
            "print(found, inspect.isfunction(parse))\n"
        )
        == "('b', {'x': 'y'}) True\n"
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
