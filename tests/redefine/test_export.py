"""Exports: whole or refused, for nobody else's eyes, each definition once in a bundle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from vsh.redefine.bundle import NotWhole, unpack
from vsh.redefine.facts import split
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.redefine.private import write

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

C = ("-c", "test:///default")
MAKE = "snapshot-create-as test a; snapshot-create-as test b; snapshot-create-as test c"
LOSE = "snapshot-delete test a --children"
LOOK = "snapshot-list test --parent --name; snapshot-current test --name"
TREE = "a\nb\ta\nc\tb\nc"


@pytest.mark.parametrize("where", ["out", "--file all.xml", "--bundle all.vsh"])
def test_what_is_exported_comes_back(run: Any, where: str) -> None:
    back = where.rsplit(maxsplit=1)[-1]
    result = run(
        *C,
        "-q",
        f"{MAKE}; snapshot-export test {where}; {LOSE}; snapshot-import test {back}; {LOOK}",
    )
    assert (result.status, result.err) == (0, "")
    assert result.out.endswith(TREE)


def test_a_bundle_holds_each_definition_once(run: Any, tmp_path: Path, build: Any) -> None:
    """A large definition in 16 snapshots stays one large definition."""
    words = "x" * 1_000_000
    nested = build.domain(devices=build.DISK).replace(
        "<memory>", f"<description>{words}</description><memory>"
    )
    names = [f"s{number}" for number in range(16)]
    for number, name in enumerate(names):
        parent = names[number - 1] if number else None
        (tmp_path / f"{name}.xml").write_text(
            build.snapshot(name, parent=parent, created=1000 + number, nested=nested)
        )
    files = " ".join(f"{name}.xml" for name in names)
    lose = "snapshot-delete test s0 --children"
    dump = "snapshot-dumpxml test s7 --security-info"
    result = run(
        *C, "-q",
        f"snapshot-import test {files} --current s9; {dump}; snapshot-export test --bundle b; "
        f"{lose}; "
        f"snapshot-import test b; {dump}; snapshot-list test --name; snapshot-current test --name",
    )  # fmt: skip
    assert (result.status, result.err) == (0, "")
    before, after, listed = result.out.split("</domainsnapshot>\n")
    assert before.strip() == after.strip()
    assert set(listed.split()) == set(names)
    assert listed.endswith("\ns9")
    assert 1_000_000 < (tmp_path / "b").stat().st_size < 1_050_000
    lines = [json.loads(line) for line in (tmp_path / "b").read_text().splitlines()]
    assert [next(iter(line)) for line in lines] == [
        "bundle", "definition", *["moment"] * 16, "manifest",
    ]  # fmt: skip
    assert [line["moment"] for line in lines if "moment" in line] == names
    manifest = lines[-1]["manifest"]
    assert (manifest["current"], manifest["definitions"]) == ("s9", 1)
    assert [each["name"] for each in manifest["moments"]] == names
    assert all(len(each["sha256"]) == 64 for each in manifest["moments"])


def test_checkpoints_in_a_bundle(run: Any, tmp_path: Path) -> None:
    make = "checkpoint-create-as test c1; checkpoint-create-as test c2"
    lose = "checkpoint-delete test c1 --children"
    look = "checkpoint-list test --parent --name"
    result = run(
        *C,
        "-q",
        f"{make}; checkpoint-export test --bundle b; {lose}; checkpoint-import test b; {look}",
    )
    assert (result.status, result.err) == (0, "")
    assert result.out.endswith("c1\nc2\tc1\n")
    wrong = run(*C, "snapshot-import test b")
    assert "the bundle has checkpoints, not snapshots" in wrong.err
    unpack((tmp_path / "b").read_text(), CHECKPOINT)
    with pytest.raises(NotWhole):
        unpack((tmp_path / "b").read_text(), SNAPSHOT)


def test_a_bundle_that_is_not_whole_is_refused(run: Any, tmp_path: Path) -> None:
    """Cut at every line and in the middle of each, and changed in every line."""
    assert run(*C, f"{MAKE}; snapshot-export test --bundle b").status == 0
    text = (tmp_path / "b").read_text()
    lines = text.splitlines(keepends=True)
    broken = ["".join(lines[:count]) for count in range(1, len(lines))]
    broken += [
        text[:-1],
        *("".join([*lines[:count], line[:-9]]) for count, line in enumerate(lines)),
    ]
    broken += ["".join([*lines[:place], *lines[place + 1 :]]) for place in range(1, len(lines))]
    broken += [text.replace("running", "paused", 1), text + "{}\n", text + text]
    broken += [
        text.replace('"sha256": "', '"sha256": "0', 1),
        "".join([lines[0], *reversed(lines[1:])]),
    ]
    for number, part in enumerate(broken):
        with pytest.raises(NotWhole):
            unpack(part, SNAPSHOT)
        if number % 5 == 0:
            (tmp_path / "part").write_text(part)
            result = run(*C, "snapshot-import test part; snapshot-list test --name")
            assert "1 problem in 1 document: nothing was changed" in result.err
            assert result.out.strip() == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "<domainsnapshot/>", "<a>\n  <domain type='x'>\n  </domain>\n",
        "<a>\n  <domain type='x'>\n  </domain>\n  <inactiveDomain type='x'>\n  </inactiveDomain>\n",
        "<a>\n  <domain type='x'>\n",
    ],
)  # fmt: skip
def test_the_parts_of_a_document_are_the_document(text: str) -> None:
    assert "".join(part for part, _ in split(text)) == text


# ---- folders


def test_a_folder_has_a_manifest(run: Any, tmp_path: Path) -> None:
    assert run(*C, f"{MAKE}; snapshot-export test out").status == 0
    folder = tmp_path / "out"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["kind"], manifest["count"], manifest["current"]) == ("snapshot", 3, "c")
    assert [each["file"] for each in manifest["moments"]] == ["a.xml", "b.xml", "c.xml"]
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    document = folder / "b.xml"
    text = document.read_text()
    document.write_text(text + "\n")
    changed = run(*C, "snapshot-import test out")
    assert changed.err == "error: folder 'out' is not as it was exported: b.xml has changed\n"
    document.unlink()
    missing = run(*C, "snapshot-import test out")
    assert missing.err == "error: folder 'out' is not whole: b.xml is missing\n"
    document.write_text(text)
    (folder / "manifest.json").write_text("{}")
    unreadable = run(*C, "snapshot-import test out")
    assert unreadable.err.startswith("error: Failed to read manifest 'out/manifest.json': ")
    (folder / "manifest.json").unlink()
    assert run(*C, "snapshot-import test out").status == 0  # the user's own collection


KILLED = """
import os, signal, sys
left = int(sys.argv.pop(1))
def hook(event, args):
    global left
    if event in ("open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.listdir"):
        if armed and not any(str(each).endswith((".py", ".pyc")) for each in args):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
armed = False
sys.addaudithook(hook)
import vsh.acts.export_ as export
fetch = export.fetch
def arming(*args):
    global armed
    armed = True
    return fetch(*args)
export.fetch = arming
from vsh.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("where", ["out", "--file out", "--bundle out"])
def test_an_export_that_is_killed_is_whole_or_refused(
    run: Any, tmp_path: Path, clean_environment: dict[str, str], where: str
) -> None:
    """Killed before each of its steps on files; what it left does not hinder the next one."""
    program = tmp_path / "killed.py"
    program.write_text(KILLED)
    ends = set()
    for step in range(1, 100):
        words = [
            sys.executable,
            str(program),
            str(step),
            *C,
            f"{MAKE}; snapshot-export test {where}",
        ]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, env=clean_environment)
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        result = run(*C, "-q", f"snapshot-import test out; {LOOK}")
        whole = result.out.endswith(TREE)
        ends.add(whole)
        if not whole:
            assert result.err.startswith("error: ")
            assert result.out.strip() == ""
        if whole:
            break
        assert run(*C, f"{MAKE}; snapshot-export test {where}").status == 0
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".vsh")] == []
        for path in (tmp_path / "out").iterdir() if where == "out" else [tmp_path / "out"]:
            path.unlink()
        if where == "out":
            (tmp_path / "out").rmdir()
    assert False in ends


def test_an_export_follows_no_link(run: Any, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "all.xml").symlink_to(victim)
    (tmp_path / "there.xml").symlink_to("/dev/stdout")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/unfinished.json").symlink_to(victim)
    assert run(*C, f"{MAKE}; snapshot-export test out").status == 0
    for file in ("all.xml", "there.xml"):
        for option in ("--file", "--bundle"):
            refused = run(*C, f"{MAKE}; snapshot-export test {option} {file}")
            text = f"error: Failed to write file '{file}': it is no regular file\n"
            assert refused.err == text
        assert (tmp_path / file).is_symlink()
    assert victim.read_text() == "precious"


def test_a_planted_file_keeps_nobody_in(run: Any, tmp_path: Path) -> None:
    """A file that others may read is replaced by one that they may not."""
    planted = tmp_path / "all.xml"
    planted.write_text("mine")
    planted.chmod(0o666)
    other = os.open(planted, os.O_RDONLY)
    assert run(*C, f"{MAKE}; snapshot-export test --file all.xml").status == 0
    assert planted.stat().st_mode & 0o777 == 0o600
    assert os.read(other, 100) == b"mine"
    os.close(other)


def test_a_full_disk_leaves_nothing(run: Any, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)],
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a tmpfs: {mounted.stderr.strip()}")
    try:
        make = "; ".join(f"snapshot-create-as test s{number}" for number in range(60))
        for where in ("small/out", "small", "--file small/f", "--bundle small/b"):
            line = make if "bundle" not in where else f"{make}; {_distinct(tmp_path)}"
            full = run(*C, f"{line}; snapshot-export test {where}")
            assert full.status == 1
            assert "No space left on device" in full.err
            assert list(small.iterdir()) == [], where
        few = run(*C, "snapshot-create-as test s1; snapshot-export test small/out")
        assert few.status == 0
    finally:
        subprocess.run(["umount", str(small)], check=True)


def _distinct(folder: Path) -> str:
    """Snapshots of definitions that are not the same: nothing to be stored once."""
    lines = []
    for number in range(60):
        lines += [f"desc test {'y' * 2000}{number}", f"snapshot-create-as test d{number}"]
    return "; ".join(lines)


@pytest.mark.parametrize("links", [True, False])
def test_private_files_where_files_need_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    """Where the file system knows no O_TMPFILE, and no links, as that of a memory stick (faked:
    none here is like that).
    """
    real = os.open
    if not links:

        def link(*_: Any, **__: Any) -> None:
            raise OSError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", link)

    def old(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError(95, "Operation not supported")
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", old)
    file = tmp_path / "x"
    write(str(file), ["one"])
    with pytest.raises(FileExistsError):
        write(str(file), ["two"])
    assert file.read_text() == "one"
    write(str(file), ["th", "ree"], replace=True)
    assert file.read_text() == "three"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
