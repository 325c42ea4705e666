"""What commands need is imported while they are typed."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, threading
from vsh.cli.parse import find
from vsh.shell.ahead import SOON, Ahead

class Line:
    text = ""

def settled():
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(30)

ahead, line = Ahead(find), Line()
ahead.begin()
settled()
assert set(SOON) <= set(sys.modules)
wanted = "vsh.commands.volume.vol_info"
for line.text in ("", " vol-inf", "vol-info"):
    ahead(line)
    settled()
    assert wanted not in sys.modules, line.text
for line.text in ("vol-info ", "vol-info a", "no-such-command a"):
    ahead(line)
    settled()
assert wanted in sys.modules
before = threading.active_count()
ahead(line)
assert threading.active_count() == before
"""


def test_a_command_is_there_when_its_line_is() -> None:
    """As soon as its name is; each is looked for once, and what is none does no harm."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
