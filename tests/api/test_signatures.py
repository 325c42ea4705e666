"""What a person at a prompt and an editor see of the calls: names, signatures, texts, refusals."""

from __future__ import annotations

import inspect
import pydoc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vsh
from vsh.api.domain import Domain
from vsh.api.kinds import KINDS, kind
from vsh.api.table import calls
from vsh.words.snapshot import SnapshotCreate


@pytest.fixture
def domain() -> Any:
    with vsh.connect("test:///default") as connection:
        yield connection.domain("test")


def test_every_call_is_listed() -> None:
    for name in KINDS:
        cls = kind(name)
        own = {call.name for call in calls().values() if call.owner.kind == name}
        assert own <= set(dir(cls)), name


def test_an_object_lists_its_calls_and_fields() -> None:
    script = (
        "import vsh; d = vsh.connect('test:///default').domain('test'); names = set(dir(d))\n"
        "assert {'get_state', 'migrate_perform3', 'block_copy', 'name', 'snapshots'} <= names\n"
        "from vsh.api.domain import Domain; assert 'block_copy' in dir(Domain)\n"
        "assert Domain.set_vcpus_flags.slot == 'domain_set_vcpus_flags'"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_signatures_are_the_stubs() -> None:
    for call in calls().values():
        parameters = list(inspect.signature(call).parameters)
        assert parameters == ["self", *call.names]


def test_the_signature_of_a_call_on_an_object(domain: Any) -> None:
    assert str(inspect.signature(domain.snapshot_create_xml)) == (
        "(xml_desc: 'Text', flags: 'SnapshotCreate | u32' = 0) -> 'Snapshot'"
    )


def test_help_has_signature_and_text(domain: Any) -> None:
    for asked in (domain.get_state, Domain.get_state):
        text = pydoc.render_doc(asked, renderer=pydoc.plaintext)
        assert "get_state(" in text
        assert "flags: 'u32' = 0) -> 'StateAndReason'" in text
        assert "The state and why it is so" in text
    whole = pydoc.render_doc(Domain, renderer=pydoc.plaintext)
    assert "migrate_set_max_downtime(" in whole


def test_a_call_through_the_class(domain: Any) -> None:
    assert Domain.get_state(domain) == domain.get_state()


@pytest.mark.parametrize(
    ("name", "values", "text"),
    [
        (
            "get_state",
            ("x",),
            "get_state(): flags must be a number from 0 to 4294967295, not a str",
        ),
        ("get_state", (-1,), "get_state(): flags must be a number from 0 to 4294967295, not -1"),
        ("snapshot_create_xml", (b"<a/>",), "xml_desc must be a str, not a bytes"),
        ("snapshot_create_xml", (None,), "xml_desc must be a str, not a NoneType"),
        ("set_memory_flags", (1.5,), "memory must be a number from 0 to 18446744073709551615"),
        ("set_memory_parameters", ({},), "params must be a TypedParams, not a dict"),
        ("save_flags", ("/f", 1), "dxml must be a str or None, not 1"),
        ("send_key", (0, 0, 30), "keycodes must be a list, not 30"),
        ("pin_vcpu", (0, "\1"), "cpumap must be bytes, not a str"),
        ("screenshot", ("s", 0), "stream must be a Stream, not a str"),
    ],
)
def test_wrong_types_are_refused_by_name(
    domain: Any, name: str, values: tuple[Any, ...], text: str
) -> None:
    with pytest.raises(TypeError) as caught:
        getattr(domain, name)(*values)
    assert text in str(caught.value)


def test_words_are_numbers_for_a_call(domain: Any) -> None:
    made = domain.snapshot_create_xml("<domainsnapshot/>", SnapshotCreate.HALT)
    assert made.name


def test_what_a_checker_makes_of_a_program(tmp_path: Path) -> None:
    """A user's program is checked strictly: answers have types, wrong values are errors."""
    program = tmp_path / "program.py"
    program.write_text(
        "import vsh\n"
        "from vsh.words.snapshot import SnapshotCreate\n"
        "with vsh.connect('test:///default') as c:\n"
        "    d = c.domain('test')\n"
        "    reveal_type(d.get_state())\n"
        "    reveal_type(c.domains)\n"
        "    reveal_type(d.snapshot_create_xml('<a/>', SnapshotCreate.HALT).get_parent)\n"
        "    reveal_type(c.many([d.get_info.request()]))\n"
        "    d.snapshot_create_xml(3)\n"
        "    d.nosuch()\n"
        "    d.get_state(flag=1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", program],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    lines = [line.partition(": ")[2] for line in done.stdout.splitlines()]
    assert "Any" not in lines[0]
    assert 'note: Revealed type is "vsh.api.domain.records.StateAndReason"' in lines
    assert any("incompatible type" in line and "snapshot_create_xml" in line for line in lines) or (
        any('expected "str"' in line for line in lines)
    )
    assert 'error: "Domain" has no attribute "nosuch"  [attr-defined]' in lines
    assert any("flag" in line and "call-arg" in line for line in lines)
    assert not [line for line in lines if line.startswith("note") and "Any" in line], lines


def test_the_package_lists_what_it_has() -> None:
    assert {"connect", "Domain", "Snapshot", "Error", "aio"} <= set(dir(vsh))
    assert {"connect", "Domain", "Snapshot", "Error"} <= set(dir(vsh.aio))
    assert vsh.aio.Domain.__module__ == "vsh.aio.domain"
    wrong: Any = 5
    with pytest.raises(TypeError, match=r"connect\(\): uri must be a str or None, not a int"):
        vsh.connect(wrong)


def test_awaited_calls_have_the_signatures_of_the_stubs() -> None:
    for call in calls().values():
        if call.theme != "connection.handshake":
            method = getattr(getattr(vsh.aio, call.owner.kind or "Connection"), call.name)
            assert list(inspect.signature(method).parameters) == ["self", *call.names], call
            assert inspect.getdoc(method) == inspect.getdoc(call.stub)
