#!/usr/bin/env python3
"""Inputs that nobody would write: whatever vsh is given, it answers or says what is wrong.

    fuzz.py KIND [--seconds N] [--seed S] [FOLDER ...]

KIND is xml, define, native, grammar, command, uri, settings, journal or daemon (a vshd of its own,
that recorded sessions with changes are sent to).  Files of the folders are samples besides the
project's own.  Of each place where an input ended in anything but an error of
vsh's, or took more than ten seconds of work, the first input is printed, and the status is 1.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "fuzzing"))

from changes import Trees, mangled, retyped, reworded  # noqa: E402 - the folder is named above
from lines import line  # noqa: E402
from lxml import etree  # noqa: E402
from samples import BUNDLE, JOURNAL, LINES, SAMPLES, SETTINGS, URIS  # noqa: E402
from tries import TRIES, hashed  # noqa: E402

from vsh.errors import CommandError, Error  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 10
"""Seconds of work that an input may take."""
ENDLESS = 120
"""Seconds that it may take with all waiting, on a machine that has other things to do."""
MOST_MEMORY = 4 << 30


class Slow(BaseException):
    """An input takes longer than any should."""


def samples(folders: list[str], *suffixes: str) -> Iterator[bytes]:
    """The files of some folders, by their ends; and what lines of JSON have under ``files``."""
    import json

    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and path.stat().st_size < 100_000:
                yield path.read_bytes()
            elif path.suffix == ".jsonl":
                for row in path.read_text("utf-8").splitlines():
                    files = json.loads(row).get("files")
                    for name, text in files.items() if isinstance(files, dict) else ():
                        if Path(name).suffix in suffixes and isinstance(text, str):
                            yield text.encode("utf-8", "surrogateescape")


def documents(folders: list[str]) -> list[etree._Element]:
    """Samples of all families."""
    texts = [text.encode() for text in SAMPLES.values()]
    for block in (HERE.parent / "tests/xml/defined.txt").read_text().split("\n\n"):
        part = block.partition("\n")[0]
        inside = part[2:] if part[:2] in ("T ", "O ") else f"<devices>{part}</devices>"
        os_ = "" if part[:2] == "O " else "<os><type>hvm</type></os>"
        start = "<domain type='test'><name>t</name><memory>65536</memory>"
        texts.append(f"{start}{os_}{inside}</domain>".encode())
        if not part.startswith(("T ", "O ", "#")):
            texts.append(part.encode())  # a device alone, as it is attached
    found = []
    for text in (*texts, *samples(folders, ".xml")):
        try:
            found.append(etree.fromstring(text, etree.XMLParser(remove_blank_text=True)))
        except etree.XMLSyntaxError:
            continue
    return found


def inputs(kind: str, rng: random.Random, folders: list[str]) -> Callable[[], bytes]:
    """What makes an input of a kind."""
    if kind in ("xml", "define", "native"):
        trees = Trees(documents(folders))

        def tree() -> bytes:
            text = etree.tostring(trees.change(rng))
            return mangled(rng, text) if rng.random() < 0.05 else text

        if kind != "native":
            return tree
        ends = (".vmx", ".cfg", ".conf", ".args", ".xl", ".xm", ".config")
        known = [*samples([str(HERE / "fuzzing" / "configurations"), *folders], *ends)]

        def configuration() -> bytes:
            if rng.random() < 0.3:
                return tree()
            text = reworded(rng, rng.choice(known), known)
            return mangled(rng, text) if rng.random() < 0.2 else text

        return configuration
    if kind == "command":
        return lambda: line(rng).encode()
    if kind == "daemon":
        from wire import attack, sessions

        known = sessions()
        return lambda: attack(rng, known)
    if kind == "journal":

        def journal() -> bytes:
            import json

            if rng.random() < 0.3:
                return hashed(retyped(rng, list(BUNDLE)))
            text = json.dumps(retyped(rng, JOURNAL)).encode()
            return mangled(rng, text) if rng.random() < 0.2 else text

        return journal
    texts = {"grammar": LINES, "uri": URIS, "settings": SETTINGS}[kind]
    return lambda: mangled(rng, rng.choice(texts).encode())


def slow(*_: object) -> None:
    """The alarm."""
    raise Slow(f"more than {LONGEST} seconds of work, or {ENDLESS} of waiting")


def place(error: BaseException) -> str:
    """Where an error came from: its kind and the innermost of vsh's lines."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/vsh/" in frame.filename]
    last = (ours or frames)[-1]
    return f"{type(error).__name__} {last.filename}:{last.lineno}"


def ending(act: Callable[[bytes], None], given: bytes) -> BaseException | None:
    """What an input ended in, if that is no answer."""
    try:
        try:
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
            signal.setitimer(signal.ITIMER_REAL, ENDLESS)
            act(given)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except (Error, CommandError):
        return None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - what is looked for
        return error
    return None


def run(kind: str, seconds: float, seed: int, folders: list[str]) -> tuple[int, int]:
    """Try inputs of a kind until the time is over.  Gives how many, and how many ended badly in
    places of their own."""
    rng = random.Random(seed)
    make = inputs(kind, rng, folders)
    for number in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(number, slow)
    end = time.monotonic() + seconds
    count = 0
    found: set[str] = set()
    while time.monotonic() < end:
        given = make()
        count += 1
        error = ending(TRIES[kind], given)
        if error is None:
            continue
        where = str(error) if kind in ("command", "daemon") else place(error)
        if where not in found:
            found.add(where)
            print(repr(given), *traceback.format_exception(error), sep="\n", flush=True)
    return count, len(found)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(TRIES))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="*")
    given = parser.parse_intermixed_args()
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    home = tempfile.mkdtemp(prefix="vsh-fuzz-home-")
    folders = ("HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME")
    os.environ.update(dict.fromkeys(folders, home))
    try:
        count, found = run(given.kind, given.seconds, given.seed, given.folders)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    if found:
        print(f"{given.kind}: {count} inputs; internal errors in {found} places")
        return 1
    print(f"{given.kind}: {count} inputs, none of them ended in an internal error")
    return 0


if __name__ == "__main__":
    sys.exit(main())
