"""What is generated stands in the checkout as its generator makes it today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_man_pages_are_what_the_commands_say(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "gen_man.py", tmp_path], check=True)
    made = {page.name: page.read_text() for page in tmp_path.iterdir()}
    kept = {page.name: page.read_text() for page in (ROOT / "man").glob("*.1")}
    assert sorted(kept) == sorted(made)
    stale = [name for name, text in made.items() if kept[name] != text]
    assert stale == [], "run scripts/gen_man.py"
