"""What redefining costs, in numbers that do not depend on the machine: calls on the wire, and
documents parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cutting_relay import CuttingRelay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Any

C = ("-c", "test:///default")
DOMAIN_LOOKUP, LIST, DUMP, CREATE = 23, 274, 186, 185
GREETING = 4  # and good-bye: authentication, opening, the hypervisor's name, closing


@pytest.fixture
def counted(qemu: Callable[..., Any], tmp_path: Path) -> Iterator[tuple[Any, CuttingRelay]]:
    """A guest that is off, and a relay in front of its daemon that notes calls."""
    guest = qemu()
    socket = guest.uri.partition("socket=")[2]
    with CuttingRelay(tmp_path / "relay", socket) as relay:
        guest.uri = f"qemu+unix:///system?socket={relay.listen}"
        yield guest, relay


def _chain(guest: Any, build: Any, count: int) -> list[str]:
    """The lines that redefine a chain of so many snapshots."""
    definition = guest.done("dumpxml tiny --security-info")
    lines = []
    for number in range(count):
        parent = f"s{number - 1}" if number else None
        xml = build.snapshot(
            f"s{number}", state="shutoff", parent=parent, created=1000 + number, nested=definition
        )
        guest.write(f"s{number}", xml)
        lines.append(f"snapshot-create tiny s{number}.xml --redefine")
    return lines


def _calls(relay: CuttingRelay) -> list[int]:
    """The procedures that were called since the last time."""
    found = list(relay.calls)
    relay.calls.clear()
    return found


@pytest.mark.parametrize("count", [10, 40])
def test_calls_of_redefining_a_chain(counted: Any, build: Any, count: int) -> None:
    """virsh makes two for each: one for the domain, one for the snapshot.

    The domain that was there for the redefinition before is not looked up again.
    """
    guest, relay = counted
    lines = _chain(guest, build, count)
    _calls(relay)
    guest.done("; ".join(lines))
    calls = _calls(relay)
    assert calls.count(CREATE) == count
    assert calls.count(DOMAIN_LOOKUP) <= 1 + count // 10  # once, and where a second has gone by
    assert len(calls) <= 1.1 * count + GREETING + 8  # the first ones in a row are looked up
    # over those that exist: all of them are looked at once, and then none again
    guest.done("; ".join(lines))
    calls = _calls(relay)
    assert calls.count(CREATE) == count
    assert calls.count(DOMAIN_LOOKUP) <= 1 + count // 10
    assert calls.count(DUMP) <= count + 4
    assert len(calls) <= 2.1 * count + GREETING + 16


def test_what_another_command_did_in_between_is_seen(counted: Any, build: Any) -> None:
    """What was just learnt holds only while nothing else is asked of the daemon."""
    guest, _ = counted
    lines = _chain(guest, build, 5)
    result = guest("; ".join([*lines, "snapshot-delete tiny s3 --metadata", lines[4]]))
    assert "error: invalid argument: parent s3 for moment s4 not found\n" in result.err
    result = guest("; ".join([*lines, "snapshot-delete tiny s4 --metadata", lines[4]]))
    assert result.err == ""
    assert guest.done("snapshot-list tiny --parent --name").endswith("s4\ts3\n")


def test_what_others_did_meanwhile_is_no_false_refusal(
    counted: Any, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that is refused by what was just learnt is looked at afresh."""
    import vsh
    from vsh.acts.note import carry_out
    from vsh.acts.redefine import redefine
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    guest, _ = counted
    _chain(guest, build, 5)
    texts = [(guest.folder / f"s{number}.xml").read_text() for number in range(5)]
    with vsh.connect(guest.uri) as connection:
        domain = connection.domain("tiny")
        for text in texts:
            carry_out(redefine(domain, SNAPSHOT, text, 1))
        guest.daemon.virsh("snapshot-delete", "tiny", "s4", "--metadata")
        other = texts[4].replace("<state>shutoff<", "<state>running<")
        carry_out(redefine(domain, SNAPSHOT, other, 1))  # as s4 was, this could not replace it
        assert "<state>running</state>" in domain.snapshot_lookup_by_name("s4", 0).get_xml_desc(0)


def test_the_next_is_checked_while_one_is_on_its_way(
    counted: Any, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the one were in place; where it is refused, that counts for nothing."""
    import vsh
    from vsh.acts.note import carry_out
    from vsh.acts.redefine import redefine
    from vsh.drivers.remote._link import Link
    from vsh.errors import Error, OperationFailed
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    guest, _ = counted
    _chain(guest, build, 5)
    texts = [(guest.folder / f"s{number}.xml").read_text() for number in range(5)]
    steps: list[str] = []
    real = Link.end

    def end(self: Link, serial: int) -> bytes:
        answer = real(self, serial)
        steps.append("answered")
        if len(steps) == 6:
            raise OperationFailed("not this one")
        return answer

    monkeypatch.setattr(Link, "end", end)

    def ahead(number: int) -> tuple[str, str]:
        steps.append(f"s{number}")
        return texts[number], f"s{number}.xml"

    with vsh.connect(guest.uri) as connection:
        domain = connection.domain("tiny")
        for number in range(3):
            act = redefine(
                domain, SNAPSHOT, texts[number], 1, file=f"s{number}.xml",
                ahead=lambda following=number + 1: ahead(following),
            )  # fmt: skip
            carry_out(act)
        assert steps == ["s2", "answered", "s3", "answered"]  # the first learns what there is
        with pytest.raises(OperationFailed, match="not this one"):
            carry_out(
                redefine(domain, SNAPSHOT, texts[3], 1, file="s3.xml", ahead=lambda: ahead(4))
            )
        guest.daemon.virsh("snapshot-delete", "tiny", "s3", "--metadata")
        with pytest.raises(Error, match="parent s3 for moment s4 not found"):
            carry_out(redefine(domain, SNAPSHOT, texts[4], 1, file="s4.xml"))


def test_what_was_sent_ahead_of_its_turn_and_is_not_asked_for(counted: Any, build: Any) -> None:
    """Its answer is waited for, and the document that is asked for is judged afresh."""
    import vsh
    from vsh.acts.note import carry_out
    from vsh.acts.redefine import redefine
    from vsh.errors import Error
    from vsh.redefine.kinds.snapshot import SNAPSHOT

    guest, relay = counted
    _chain(guest, build, 5)
    texts = [(guest.folder / f"s{number}.xml").read_text() for number in range(5)]
    _calls(relay)
    with vsh.connect(guest.uri) as connection:
        domain = connection.domain("tiny")
        for number in range(3):
            act = redefine(
                domain, SNAPSHOT, texts[number], 1, file="s", ahead=lambda: (texts[3], "s")
            )
            carry_out(act)
        with pytest.raises(Error, match="parent s9 for moment s4 not found"):
            carry_out(redefine(domain, SNAPSHOT, texts[4].replace("s3<", "s9<"), 1, file="s"))
        carry_out(redefine(domain, SNAPSHOT, texts[4], 1, file="s"))
    assert _calls(relay).count(CREATE) == 5
    assert guest.done("snapshot-list tiny --parent --name").split()[-2:] == ["s4", "s3"]


def test_what_is_there_is_fetched_ahead(
    counted: Any, run: Any, build: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain that is redefined twice over waits twice for each, and a few times beside."""
    from vsh.drivers.remote._link import Link

    guest, relay = counted
    count = 40
    lines = _chain(guest, build, count)
    waits = []
    real = Link._answer

    def answer(self: Link, serial: int) -> bytes:
        waits.append(serial)
        return real(self, serial)

    monkeypatch.setattr(Link, "_answer", answer)
    assert run("-c", guest.uri, "; ".join([*lines, *lines])).status == 0
    assert len(waits) <= 2 * 2 * count + GREETING + 16
    assert _calls(relay).count(DUMP) <= count + 4


def _parsed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the documents that are parsed from now on."""
    from vsh.redefine import given, reading
    from vsh.xml.engine import reader

    sizes: list[int] = []
    real = reader.parse

    def parse(document: str | bytes) -> Any:
        sizes.append(len(document))
        return real(document)

    for module in (reader, given, reading):
        if hasattr(module, "parse"):
            monkeypatch.setattr(module, "parse", parse)
    return sizes


def chain(build: Any, folder: Path, count: int) -> list[str]:
    """The lines that redefine a chain of snapshots, whose documents are put into a folder."""
    lines = []
    for number in range(count):
        parent = f"s{number - 1}" if number else None
        xml = build.snapshot(f"s{number}", parent=parent, created=1000 + number)
        (folder / f"s{number}.xml").write_text(xml)
        lines.append(f"snapshot-create test s{number}.xml --redefine")
    return lines


@pytest.mark.parametrize("count", [10, 40])
def test_a_document_is_parsed_once(
    run: Any, build: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """By the check, which hands what it read over to the driver in this process."""
    lines = chain(build, tmp_path, count)
    sizes = _parsed(monkeypatch)
    assert run(*C, "; ".join(lines)).status == 0
    assert len(sizes) <= count + 2  # the driver's own world is one
    del sizes[:]
    # over those that exist: the head of what is there as well, and its definition once
    assert run(*C, "; ".join([*lines, *lines])).status == 0
    assert len(sizes) <= 3 * count + 4


def test_no_walk_to_the_root(run: Any, build: Any, tmp_path: Path) -> None:
    """Where the parent stays nothing can circle: the calls grow with the number, not its square."""
    from vsh.drivers.driver import Driver

    asked: dict[int, int] = {}
    for count in (20, 80):
        lines = chain(build, tmp_path, count)
        calls = 0
        real = Driver.call

        def call(self: Any, *args: Any, real: Any = real) -> Any:
            nonlocal calls
            calls += 1
            return real(self, *args)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Driver, "call", call)
            assert run(*C, "; ".join([*lines, *lines])).status == 0
        asked[count] = calls
    assert asked[80] < 4.2 * asked[20]


def test_a_deep_chain_comes_and_goes(run: Any, build: Any, tmp_path: Path) -> None:
    """Export and import of a chain deeper than any recursion could follow."""
    depth = 1100
    documents = []
    for number in range(depth):
        parent = f"s{number - 1}" if number else None
        documents.append(build.snapshot(f"s{number}", parent=parent, created=1000 + number))
    (tmp_path / "all.xml").write_text(
        f"<domainsnapshots>\n{''.join(documents)}</domainsnapshots>\n"
    )
    lose = "snapshot-delete test s0 --children"
    result = run(
        *C, "-q",
        f"snapshot-import test all.xml --current s9; snapshot-export test --bundle b; {lose}; "
        "snapshot-import test b; snapshot-list test --tree",
    )  # fmt: skip
    assert (result.status, result.err) == (0, "")
    assert " " * (2 + 4 * (depth - 2)) + f"+- s{depth - 1}\n" in result.out


def test_as_many_nested_images_as_a_document_can_have(run: Any, build: Any, tmp_path: Path) -> None:
    """libxml2 follows 256 levels: up to there all that is done with a document follows, too."""
    nested = "<backingStore/>"
    for number in range(245):
        source = f"<format type='qcow2'/><source file='/b{number}'/>"
        nested = f"<backingStore type='file'>{source}{nested}</backingStore>"
    disk = build.DISK.replace("<target", f"{nested}<target")
    (tmp_path / "x.xml").write_text(build.snapshot("x", nested=build.domain(devices=disk)))
    result = run(
        *C, "-q",
        "snapshot-create test x.xml --redefine; snapshot-create test x.xml --redefine; "
        "snapshot-export test --bundle b; snapshot-delete test x; snapshot-import test b; "
        "snapshot-import test --map-path /b7=/c7 x.xml; snapshot-dumpxml test x",
    )  # fmt: skip
    assert (result.status, result.err) == (0, "")
    assert result.out.count("<backingStore") == 246
    assert "<source file='/c7'/>" in result.out
