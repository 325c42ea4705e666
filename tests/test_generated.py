"""What is generated stands in the checkout as its generator makes it today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_man_pages_are_what_the_commands_say(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "gen_man.py", tmp_path], check=True)
    made = {page.name: page.read_text() for page in tmp_path.iterdir()}
    kept = {page.name: page.read_text() for page in (ROOT / "man").glob("man[15]/*")}
    assert sorted(kept) == sorted(made)
    stale = [name for name, text in made.items() if kept[name] != text]
    assert stale == [], "run scripts/gen_man.py"


def test_the_lines_of_help_are_what_the_commands_say(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "gen_help_lines.py"
    subprocess.run([sys.executable, script, tmp_path / "made.py"], check=True)
    kept = (ROOT / "vsh" / "cli" / "help_lines.py").read_text()
    assert (tmp_path / "made.py").read_text() == kept, "run scripts/gen_help_lines.py"


def test_the_site_is_what_the_commands_say(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "gen_docs.py", tmp_path], check=True)
    made = {str(page.relative_to(tmp_path)): page.read_text() for page in tmp_path.rglob("*.md")}
    assert len(made) > 10
    stale = [name for name, text in made.items() if (ROOT / "docs" / name).read_text() != text]
    assert stale == [], "run scripts/gen_docs.py"


def test_the_library_for_event_loops_is_what_the_stubs_say(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "gen_aio.py", tmp_path], check=True)
    made = {page.name: page.read_text() for page in tmp_path.iterdir()}
    assert len(made) > 10
    stale = [name for name, text in made.items() if (ROOT / "vsh/aio" / name).read_text() != text]
    assert stale == [], "run scripts/gen_aio.py"


def test_every_page_of_the_site_is_in_its_menu() -> None:
    import yaml

    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text())

    def pages(part: object) -> list[str]:
        if isinstance(part, str):
            return [part]
        inner = part.values() if isinstance(part, dict) else part
        return [page for each in inner for page in pages(each)]  # type: ignore[attr-defined]

    there = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    assert set(pages(site["nav"])) == {page for page in there if not page.startswith("topics/")}


def test_the_example_of_the_settings_is_one(tmp_path: Path) -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    from gen_man import SETTINGS_EXAMPLE

    from vsh.cli.settings import SETTINGS, Settings

    (tmp_path / "vsh").mkdir()
    (tmp_path / "vsh" / "config.toml").write_text(SETTINGS_EXAMPLE)
    settings = Settings()
    settings.load({"XDG_CONFIG_HOME": str(tmp_path)})
    assert settings["editing_mode"] == "vi"
    assert settings["aliases"] == {
        "up": "start {1}; domstate {1}",
        "running": "list --state-running",
    }
    assert set(settings.values) <= {each.name for each in SETTINGS}


def test_groff_has_nothing_to_say() -> None:
    """The pages are well-formed for groff, where there is one."""
    import shutil

    import pytest

    if shutil.which("groff") is None:
        pytest.skip("groff is not installed")
    for page in sorted((ROOT / "man").glob("man[15]/*")):
        done = subprocess.run(
            ["groff", "-man", "-ww", "-Tutf8", "-z", page], capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, ""), page.name
