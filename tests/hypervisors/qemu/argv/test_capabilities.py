"""What a QEMU can do: from its answers, recorded or living."""

from __future__ import annotations

import json
import shutil

import pytest

from vsh.errors import InternalError, OperationUnsupported
from vsh.hypervisors.qemu.capabilities import Capabilities
from vsh.hypervisors.qemu.emulator import asked
from vsh.hypervisors.qemu.probe import Probe
from vsh.hypervisors.qemu.recording import Recording

SCHEMA = [
    {"name": "device_add", "meta-type": "command", "arg-type": "0", "features": ["json"]},
    {"name": "netdev_add", "meta-type": "command", "arg-type": "1"},
    {"name": "0", "meta-type": "object", "members": []},
    {
        "name": "1",
        "meta-type": "object",
        "members": [{"name": "type", "type": "2"}],
        "variants": [{"case": "user", "type": "3"}],
    },
    {"name": "2", "meta-type": "enum", "values": ["user", "dgram"]},
    {"name": "3", "meta-type": "object", "members": [{"name": "ipv6", "type": "[4]"}]},
    {"name": "[4]", "meta-type": "array", "element-type": "0"},
]


def recording(**answers: object) -> Recording:
    """A dialogue in which each command was asked once, without arguments."""
    text = ""
    for command, value in answers.items():
        text += json.dumps({"execute": command.replace("_", "-")}) + "\n\n"
        text += json.dumps({"return": value}) + "\n\n"
    return Recording(text)


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("netdev_add", True), ("netdev_del", False),
        ("netdev_add/arg-type/type/^dgram", True), ("netdev_add/arg-type/type/^tap", False),
        ("netdev_add/arg-type/+user", True), ("netdev_add/arg-type/+user/ipv6", True),
        ("netdev_add/arg-type/+user/ipv4", False), ("netdev_add/arg-type/+tap/ipv6", False),
        ("device_add/$json", True), ("device_add/$other", False),
        ("device_add/ret-type/x", False),
    ],
)  # fmt: skip
def test_paths_through_the_schema(path: str, known: bool) -> None:
    can = Capabilities(recording(query_qmp_schema=SCHEMA))
    assert can.command(path) is known


@pytest.mark.parametrize(
    ("said", "meant"), [((7, 2, 5), (7, 2, 5)), ((7, 1, 50), (7, 2, 0)), ((7, 2, 91), (8, 0, 0))]
)
def test_a_version_under_development_is_the_next(
    said: tuple[int, int, int], meant: tuple[int, int, int]
) -> None:
    major, minor, micro = said
    answer = {"qemu": {"major": major, "minor": minor, "micro": micro}}
    assert Capabilities(recording(query_version=answer)).version == meant


def test_a_recording_knows_what_was_asked_only() -> None:
    answers = recording(query_kvm={"enabled": True})
    assert answers("query-kvm") == {"enabled": True}
    with pytest.raises(OperationUnsupported, match="did not answer 'query-pci'"):
        answers("query-pci")


def test_emulation_is_a_dialogue_of_its_own() -> None:
    text = "".join(
        json.dumps({"execute": command}) + "\n" + json.dumps({"return": value}) + "\n"
        for command, value in (
            ("qmp_capabilities", {}), ("query-machines", [{"name": "a", "default-ram-id": "x"}]),
            ("qmp_capabilities", {}), ("query-machines", [{"name": "a", "alias": "b"}]),
        )
    )  # fmt: skip
    found = Recording(text)
    can = Capabilities(found, found.emulation)
    board, emulated = can.machine("a"), can.emulation.machine("b")
    assert board is not None
    assert emulated is not None
    assert (board.ram_id, emulated.name, emulated.ram_id) == ("x", "a", None)
    assert can.emulation.machine_names() == {"b": "a"}


def test_nothing_is_asked_twice() -> None:
    questions = []

    def ask(command: str, arguments: object = None) -> list[dict[str, str]]:
        questions.append(command)
        return [{"name": "virtio-net-pci"}]

    can = Capabilities(ask)
    assert can.has("virtio-net-pci")
    assert not can.has("e1000")
    assert questions == ["qom-list-types"]


@pytest.fixture(scope="module")
def program() -> str:
    found = shutil.which("qemu-system-x86_64")
    if found is None:
        pytest.skip("no qemu-system-x86_64 to ask")
    return found


def test_a_living_qemu(program: str) -> None:
    with Probe(program) as probe:
        can = Capabilities(probe)
        assert can.arch == "x86_64"
        assert can.version >= (4, 2, 0)
        assert can.has("virtio-blk-pci")
        assert not can.has("virtio-blk-moon")
        assert can.has_property("virtio-blk-pci", "queue-size")
        assert can.command("query-status")
        board = can.machine("pc")
        assert board is not None
        assert board.name.startswith("pc-i440fx-")
        assert {"pcie-root-port", "VGA", "lsi"} <= asked(can).can
        with pytest.raises(OperationUnsupported):
            probe("no-such-command")


def test_a_program_that_is_no_qemu() -> None:
    with pytest.raises(InternalError, match="Cannot run /proc/nonexistent/qemu"):
        Probe("/proc/nonexistent/qemu")
    with pytest.raises(InternalError, match="ended before it answered"), Probe("/bin/false"):
        pass
