"""The table agrees with libvirt's protocol: procedures, numbers, access rules, structures.

``../shared/protocol`` beside the checkout has the facts; where it is absent those tests are
skipped.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import vsh.api
from vsh.api.connection import Connection
from vsh.api.connection.handshake import Handshake
from vsh.api.domain import Domain
from vsh.api.kinds import KINDS, kind
from vsh.api.table import calls, events
from vsh.api.types import Record
from vsh.rpc import codec, values

FOLDER = Path(__file__).parents[2].parent / "shared" / "protocol"

API = Path(vsh.api.__file__).parent
LIBRARIES = [
    library
    for name in ("libvirt.so.0", "libvirt-qemu.so.0", "libvirt-lxc.so.0")
    for library in Path("/usr/lib").glob(f"**/{name}")
]

present = pytest.mark.skipif(
    not (FOLDER / "protocol.json").exists(), reason="no ../shared/protocol beside the checkout"
)


@pytest.fixture(scope="module")
def protocol() -> Any:
    return json.loads((FOLDER / "protocol.json").read_text())


def procedures(protocol: Any) -> dict[tuple[str, int], tuple[str, Any]]:
    found = {}
    for program in ("remote", "qemu", "lxc"):
        for name, facts in protocol["procedures"][f"{program}_procedure"].items():
            found[program, facts["number"]] = (name, facts)
    return found


# ------------------------------------------------------------------------------------------ shapes
# A shape is the sequence of what is on the wire, the same for C's structures and our annotations.

WORDS = {
    "i8": "char",
    "u8": "unsigned char",
    "i16": "short",
    "u16": "unsigned short",
    "i32": "int",
    "u32": "unsigned int",
    "i64": "hyper",
    "u64": "unsigned hyper",
    "f64": "double",
}
OURS: dict[str, list[Any]] = {
    "UUID": ["opaque[16]"],
    "Text": ["string<4194304>"],
    "Name32": ["char[32]"],
    "File": [],
    "Files": [],
    "Stream": [],
}
SIZED = {"Blob": "opaque<{}>", "CpuMap": "opaque<{}>", "CpuMaps": "opaque<{}>", "Chars": "char<{}>"}
PARAM = ["string<4194304>", "typed value"]


def ours(annotation: str, module: str, limit: int | None) -> list[Any]:
    """The shape of an annotation."""
    if annotation.endswith(" | None"):
        return ["optional", ours(annotation.removesuffix(" | None"), module, limit)]
    annotation = annotation.rpartition(" | ")[2]
    if annotation.startswith("list["):
        most = values.LIST_MAX if limit is None else limit
        return [f"list<{most}>", ours(annotation[5:-1], module, None)]
    if annotation in WORDS:
        return [WORDS[annotation]]
    if annotation in OURS:
        return OURS[annotation]
    if annotation in SIZED:
        return [SIZED[annotation].format(values.SIZED[annotation][1] if limit is None else limit)]
    if annotation == "Label":
        return [f"char<{values.LABEL_MAX if limit is None else limit}>"]
    if annotation == "TypedParam":
        return PARAM
    if annotation == "TypedParams":
        return [f"list<{values.PARAMS_MAX if limit is None else limit}>", PARAM]
    if annotation == "Counters":
        most = values.COUNTERS_MAX if limit is None else limit
        return [f"list<{most}>", ["string<4194304>", "unsigned hyper"]]
    cls = kind(annotation) if annotation in KINDS else values._record(annotation, module)
    shape = []
    for name in cls.fields:
        limits = getattr(cls, "limits", {})
        shape += ours(cls.__annotations__[name], cls.__module__, limits.get(name))
    return shape


BUFFERS = {
    "VIR_SECURITY_LABEL_BUFLEN": 4097,
    "VIR_SECURITY_MODEL_BUFLEN": 257,
    "VIR_SECURITY_DOI_BUFLEN": 257,
    "VIR_UUID_BUFLEN": 16,
}


def theirs(protocol: Any, word: str, extra: dict[str, Any]) -> list[Any]:
    """The shape of a field of C."""
    if "array" in extra or "fixed" in extra:
        size = extra.get("array", extra.get("fixed"))
        size = BUFFERS.get(size, size)
        brackets = f"<{size}>" if "array" in extra else f"[{size}]"
        if word in ("opaque", "string", "char"):
            return [word + brackets]
        return ["list" + brackets, theirs(protocol, word, {})]
    if extra.get("optional"):
        return ["optional", theirs(protocol, word, {})]
    if word in protocol["types"]:
        return theirs(protocol, *protocol["types"][word])
    if word in protocol["structs"]:
        return structure(protocol, word)
    if word in protocol["enums"]:
        return ["int"]
    if word == "remote_typed_param_value":
        return ["typed value"]
    return [word]


def structure(protocol: Any, name: str) -> list[Any]:
    shape = []
    for _, word, *extra in protocol["structs"].get(name, []):
        shape += theirs(protocol, word, extra[0] if extra else {})
    return shape


def arguments(call: Any) -> tuple[list[Any], list[str]]:
    """Shape and names of a call's arguments, without the object's."""
    annotations = dict(call.stub.__annotations__)
    del annotations["return"]
    order = call.options.get("wire")
    shape, names = [], []
    for item in list(annotations) if order is None else order.split(", "):
        name, _, fixed = item.partition(": ")
        word = fixed.partition(" = ")[0] or annotations[name]
        part = ours(word, call.stub.__module__, call.options.get("limit"))
        shape += part
        if part:
            names.append(name.rstrip("_"))
    return shape, names


def answer(call: Any) -> list[Any]:
    word = call.stub.__annotations__["return"]
    shape = [] if word == "None" else ours(word, call.stub.__module__, call.options.get("limit"))
    return shape + ([WORDS[call.options["count"]]] if "count" in call.options else [])


# ------------------------------------------------------------------------------------------- tests


@present
def test_every_procedure_is_in_the_table_and_nothing_else(protocol: Any) -> None:
    expected = procedures(protocol)
    assert len(expected) == 464
    assert {**calls(), **events()}.keys() == expected.keys()
    assert not calls().keys() & events().keys()


@present
def test_slots_are_the_names_of_the_procedures(protocol: Any) -> None:
    expected = procedures(protocol)
    for key, call in calls().items():
        assert call.slot == expected[key][0].partition("_PROC_")[2].lower()


@present
def test_access_rules(protocol: Any) -> None:
    expected = procedures(protocol)
    for (program, number), call in calls().items():
        facts = expected[program, number][1]
        assert call.acl == facts["acl"], call
        assert call.options.get("filter") == facts.get("aclfilter"), call


@present
def test_structures(protocol: Any) -> None:
    for (program, number), (name, _) in procedures(protocol).items():
        if (program, number) not in calls():
            continue
        call = calls()[program, number]
        base = name.lower().replace("_proc_", "_", 1)
        of_object = ours(call.owner.kind, "", None) if call.owner.kind else []
        shape, names = arguments(call)
        assert of_object + shape == structure(protocol, f"{base}_args"), call
        fields = [field[0] for field in protocol["structs"].get(f"{base}_args", [])]
        assert names == fields[1:] if call.owner.kind else names == fields, call
        assert answer(call) == structure(protocol, f"{base}_ret"), call


@present
def test_structures_of_events(protocol: Any) -> None:
    for (program, number), (name, _) in procedures(protocol).items():
        event = events().get((program, number))
        if event is None:
            continue
        shape = ["int"] if number == event.number else []
        for field in event.fields:
            if number == event.number or field not in event.newer:
                shape += ours(
                    event.__annotations__[field], event.__module__, event.limits.get(field)
                )
        base = name.lower().replace("_proc_", "_", 1)
        assert shape == structure(protocol, f"{base}_msg"), event


@present
def test_streams(protocol: Any) -> None:
    for key, (_, facts) in procedures(protocol).items():
        if key not in calls():
            continue
        call = calls()[key]
        if call.slot == "domain_migrate_prepare_tunnel3_params":  # written by hand there: unmarked
            facts = {"writestream": "1"}
        places = [int(facts[word]) - 1 for word in ("readstream", "writestream") if word in facts]
        wired = codec.wire(call)
        assert wired.stream_at == (places[0] if places else None), call
        way = "read" if "readstream" in facts else "write" if "writestream" in facts else None
        assert call.options.get("stream") == way, call
        assert bool(call.options.get("sparse")) == ("sparseflag" in facts), call


def test_every_stub_says_what_it_does() -> None:
    for call in calls().values():
        text = call.stub.__doc__
        assert text, call
        assert text.strip()[-1] == ".", call
        assert "return" in call.stub.__annotations__, call


def test_every_record_event_and_kind_says_what_it_is() -> None:
    for cls in [*map(kind, KINDS), Handshake, *events().values(), *Record.__subclasses__()]:
        assert cls.__doc__, cls


def test_names_are_not_hidden_by_others() -> None:
    for name in KINDS:
        cls = kind(name)
        seen: dict[str, type] = {}
        for base in cls.__mro__:
            for method, value in vars(base).items():
                if type(value).__name__ == "Call":
                    assert method not in seen, (cls, method, base, seen[method])
                    seen[method] = base
                    assert getattr(cls, method) is value, (cls, method)


@pytest.mark.skipif(len(LIBRARIES) < 3, reason="no libvirt installed under /usr/lib")
def test_names_of_c_functions() -> None:
    """libvirt's own libraries have, or name in their messages, every function that we name."""
    found: set[str] = set()
    for library in LIBRARIES:
        found.update(re.findall("vir[A-Z][A-Za-z0-9]+", library.read_bytes().decode("latin-1")))
    newer = {call for call in calls().values() if call.program == "remote" and call.number > 443}
    missing = {call.api for call in calls().values() if call not in newer} - found
    assert missing == set()
    assert {call.api for call in newer} == {
        "virDomainAnnounceInterface",
        "virDomainDelThrottleGroup",
        "virDomainGetAutostartOnce",
        "virDomainGraphicsReload",
        "virDomainSetAutostartOnce",
        "virDomainSetThrottleGroup",
        "virNetworkGetMetadata",
        "virNetworkSetMetadata",
        "virNodeDeviceUpdate",
    }


def test_a_slot_stands_in_the_source() -> None:
    """A search for the name of a procedure finds the one stub that declares it."""
    text = "".join(file.read_text() for file in API.rglob("*.py") if file.name != "_call.py")
    for call in calls().values():
        assert len(re.findall(rf'@call\(\s*{call.number},\s*"{call.slot}",', text)) == 1, call


def test_where_a_call_is_found() -> None:
    assert Domain.get_state.slot == "domain_get_state"
    assert Domain.snapshot_create_xml.slot == "domain_snapshot_create_xml"
    assert Connection.domain_lookup_by_name.slot == "domain_lookup_by_name"
    assert Connection.get_type.slot == "connect_get_type"
    assert kind("Snapshot").revert_to_snapshot.slot == "domain_revert_to_snapshot"
    assert kind("Pool").vol_create_xml.slot == "storage_vol_create_xml"
    assert kind("Volume").pool_lookup_by_volume.slot == "storage_pool_lookup_by_volume"
    assert kind("Network").port_create_xml.slot == "network_port_create_xml"
