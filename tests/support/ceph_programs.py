"""Stands in for rbd(8) and rados(8): images are lines of a file beside this program.

Ceph is not on the machines that tests run on.  What is printed, and the statuses, are those of
Ceph 16.2, where the same steps were run once beside libvirt's own backend, with the same answers.
Copied under both names into a folder of the search path; ``calls`` gets what each was called with.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
STATE = HERE / "state.json"


def fail(status: int, text: str) -> None:
    print(text, file=sys.stderr)
    sys.exit(status)


def shown(name: str, size: int) -> dict[str, object]:
    objects = -(-size // (4 << 20))
    features = ["layering", "exclusive-lock", "object-map", "fast-diff", "deep-flatten"]
    return {
        "name": name, "size": size, "objects": objects, "object_size": 4 << 20,
        "features": features, "flags": [],
    }  # fmt: skip


def main() -> None:
    words = sys.argv[1:]
    with (HERE / "calls").open("a") as calls:
        calls.write(json.dumps([Path(sys.argv[0]).name, *words]) + "\n")
    if "--keyfile" in words:
        at = words.index("--keyfile")
        key = base64.b64decode(Path(words[at + 1]).read_text())
        del words[at : at + 2]
        if key != b"the key":
            fail(1, "rbd: couldn't connect to the cluster!")
    state: dict[str, list] = json.loads(STATE.read_text()) if STATE.exists() else {}
    at = words.index("-p") if "-p" in words else 8
    words = [each for each in words[at:] if each not in ("--format", "json", "--no-progress")]
    words = [each for each in words if not each.startswith("--rados") and "timeout" not in each]
    words = [each for each in words if not each.startswith("--rbd-default")]
    path = words[-1].partition("/")[2]
    name, _, shot = path.partition("@")
    match words[0], words[1]:
        case "-p", _:
            own = {"name": words[1], "size_bytes": 1000}
            print(json.dumps({"pools": [own], "total_avail": 90000, "total_space": 100000}))
        case "ls", _:
            print(json.dumps(sorted(state)))
        case "create", _ if name in state:
            fail(17, "rbd: create error: (17) File exists")
        case "create", _:
            state[name] = [int(words[2].removesuffix("B")), []]
        case _ if name not in state and words[0] != "clone":
            fail(2, f"rbd: error opening image {name}: (2) No such file or directory")
        case "info", _:
            print(json.dumps(shown(name, state[name][0])))
        case "resize", _:
            state[name][0] = int(words[2].removesuffix("B"))
        case "snap", "ls":
            found = [{"name": each, "protected": "true"} for each in state[name][1]]
            print(json.dumps(found))
        case "snap", "create":
            state[name][1].append(shot)
        case "snap", "rm":
            state[name][1].remove(shot)
        case "diff", _:
            print(json.dumps([] if "--from-snap" in words else [{"offset": 0, "length": 4096}]))
        case "clone", _:
            state[name] = [state[words[1].partition("/")[2].partition("@")[0]][0], []]
        case "import-diff", _:
            (HERE / "given").write_bytes(sys.stdin.buffer.read())
        case "rm", _ if state[name][1]:
            fail(39, "rbd: image has snapshots - these must be deleted with 'rbd snap purge'")
        case "rm", _:
            del state[name]
    STATE.write_text(json.dumps(state))


main()
