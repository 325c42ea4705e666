"""Documents without <domain>: what of a moment would be lost with them, and what is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing import Any

C = ("-c", "test:///default")
LOST = (
    "unsupported configuration: checkpoint {} has no <domain>{}: what the domain was then would be "
    "lost"
)
DUMPED = " (it is what --no-domain dumps, for looking only)"


def test_a_checkpoint_without_domain_is_refused(asked: Any, build: Any) -> None:
    xml = build.checkpoint(nested="")
    found = asked(xml, kind="checkpoint")
    assert (found.status, found.error) == (1, LOST.format("x", ""))
    assert found.rules == ["E6-domain"]
    (problem,) = found.problems
    assert problem["title"] == "the domain at that moment is not lost"
    assert problem["hint"] == (
        "use the whole document that checkpoint-dumpxml --security-info gives"
    )
    lenient = asked(xml, "--lenient", kind="checkpoint")
    assert lenient.status == 0
    assert asked(xml, kind="checkpoint", before="checkpoint-create-as test x").status == 1


def test_under_the_name_virsh_it_is_libvirts(run: Any, files: Any, build: Any) -> None:
    files(x=build.checkpoint(nested=""))
    result = run(*C, "checkpoint-create test x.xml --redefine", program="virsh")
    assert (result.status, result.err) == (0, "")
    assert result.out == "Domain checkpoint x created from 'x.xml'\n"


def test_what_checkpoint_dumpxml_left_out_is_recognised(run: Any, files: Any) -> None:
    dumped = run(*C, "-q", "checkpoint-create-as test x; checkpoint-dumpxml test x --no-domain").out
    files(x=dumped[dumped.index("<domaincheckpoint>") :])
    for line in ("checkpoint-create test x.xml --redefine", "checkpoint-import test x.xml"):
        result = run(*C, line)
        assert result.status == 1
        assert f"error: {LOST.format('x', DUMPED)}\n" in result.err
        lenient = run(*C, f"{line} --lenient; checkpoint-list test --name")
        assert lenient.status == 0
        assert lenient.err.startswith(f"warning: x.xml:1: {LOST.format('x', DUMPED)} (use the ")
        assert lenient.out.endswith("x\n\n")


def test_a_bundle_keeps_to_the_rule(run: Any, files: Any, build: Any) -> None:
    files(x=build.checkpoint(nested=""))
    line = "checkpoint-create test x.xml --redefine --lenient; checkpoint-export test --bundle b"
    assert run(*C, line).status == 0
    result = run(*C, "checkpoint-import test b")
    assert result.status == 1
    assert "checkpoint x has no <domain>" in result.err


def test_a_snapshot_dumped_without_its_domain_is_for_looking(run: Any, files: Any) -> None:
    make = "snapshot-create-as test x"
    whole = run(*C, "-q", f"{make}; snapshot-dumpxml test x").out
    dumped = run(*C, "-q", f"{make}; snapshot-dumpxml test x --no-domain").out
    lines = [line for line in dumped.splitlines() if "for looking only" not in line]
    expected = re.sub(r"  <domain .*</domain>\n", "", whole, flags=re.DOTALL)
    assert re.sub("<creationTime>.*", "", "\n".join(lines)) == re.sub(
        "<creationTime>.*", "", expected.rstrip("\n")
    )
    files(x=dumped)
    text = f"snapshot x has no <domain>{DUMPED}"
    for line in ("snapshot-create test x.xml --redefine", "snapshot-import test x.xml"):
        for before in ("echo new", make):  # over an existing one, too
            result = run(*C, f"{before}; {line}")
            assert result.status == 1
            assert text in result.err
        lenient = run(*C, f"{make}; {line} --lenient")
        assert lenient.status == 0
        assert lenient.err.startswith("warning: x.xml:1: ")
    unknown = run(*C, f"{make}; snapshot-dumpxml test x --no-domain", program="virsh")
    assert unknown.err == ("error: command 'snapshot-dumpxml' doesn't support option --no-domain\n")


def test_the_definition_that_is_kept_is_spoken_of(run: Any, files: Any, build: Any) -> None:
    files(x=build.snapshot("x", nested=""))
    note = "warning: x.xml:1: the stored definition of snapshot x is kept: there is no <domain>\n"
    for line in ("snapshot-create test x.xml --redefine", "snapshot-import test x.xml"):
        result = run(*C, f"snapshot-create-as test x; {line}; snapshot-dumpxml test x")
        assert (result.status, result.err) == (0, note)
        assert "<domain type='test'" in result.out
    silent = run(
        *C, "snapshot-create-as test x; snapshot-create test x.xml --redefine", program="virsh"
    )
    assert (silent.status, silent.err) == (0, "")


# ---- the wire's limits


@pytest.mark.parametrize(
    "line", ["snapshot-create tiny big.xml --redefine", "snapshot-import tiny big.xml"]
)
def test_a_document_over_the_wires_limit_is_not_sent(qemu: Any, build: Any, line: str) -> None:
    guest = qemu()
    guest.done("snapshot-create-as tiny s")
    whole = guest.dump("s").replace("<name>s</name>", "<name>big</name>", 1)
    large = f"<metadata><x:x xmlns:x='http://x/'><x:y>{'z' * 4_500_000}</x:y></x:x></metadata>"
    guest.write("big", re.sub("(<uuid>.*</uuid>)", rf"\1{large}", whole, count=1))
    result = guest(line)
    assert result.status == 1
    (said,) = (text for text in result.err.splitlines() if text.startswith("error: unsupported"))
    found = re.fullmatch(
        r"error: unsupported configuration: the document has (\d+) bytes, a string on the wire has "
        r"4194304 at most; (\d+) of them are in <domainsnapshot>/<domain>/<metadata>/<x>/<y>",
        said,
    )
    assert found is not None, said
    assert int(found[1]) == (guest.folder / "big.xml").stat().st_size
    assert 4_500_000 < int(found[2]) < 4_500_100
    assert guest.done("snapshot-list tiny --name") == "s\n"


def test_what_is_in_memory_has_no_limit_of_the_wire(run: Any, files: Any, build: Any) -> None:
    nested = build.domain().replace(
        "<memory>", f"<description>{'z' * 5_000_000}</description><memory>"
    )
    files(x=build.snapshot("x", nested=nested))
    assert run(*C, "snapshot-create test x.xml --redefine").status == 0
