"""Our codec against libvirt's own: random answers read, and random arguments sent, by its client.

A daemon made of ``vsh.rpc`` answers random values; libvirt-python, in a process of its own, says
what it got and what it sent, and both must be what was on our side.
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from wire_values import CONNECTION, answer_of, text

from vsh.api.connection.records import DomainStats, NodeInfo
from vsh.api.domain import Domain
from vsh.api.network import Network
from vsh.api.pool import Pool
from vsh.api.secret import Secret
from vsh.api.table import calls
from vsh.api.types import TypedParams
from vsh.rpc.codec import wire
from vsh.rpc.programs import NUMBERS
from vsh.rpc.session import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api._call import Call

PYTHON = "/usr/bin/python3"
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
ROUNDS = 100
TYPED_PARAM_STRING = 9
KINDS = {
    "int": ("i", lambda random: random.getrandbits(32) - (1 << 31)),
    "uint": ("u", lambda random: random.getrandbits(32)),
    "llong": ("l", lambda random: random.getrandbits(64) - (1 << 63)),
    "ullong": ("L", lambda random: random.getrandbits(64)),
    "double": ("d", lambda random: random.random() * 1e9 - 5e8),
    "boolean": ("b", lambda random: random.random() < 0.5),
    "string": ("s", text),
}


def seven(random: Random) -> TypedParams:
    """One parameter of each type."""
    made = TypedParams()
    for kind, (name, value) in KINDS.items():
        made.set(name, kind, value(random))
    return made


def tune(random: Random) -> TypedParams:
    made = TypedParams()
    return made.set("total", "ullong", random.getrandbits(64)).set("group", "string", text(random))


def some(make: Callable[[Random], Any]) -> Callable[[Random], list[Any]]:
    return lambda random: [make(random) for _ in range(random.randrange(5))]


def stats(random: Random) -> DomainStats:
    uuid = random.randbytes(16).hex()
    parts = (uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:])
    return DomainStats(Domain(CONNECTION, "x" + text(random), "-".join(parts), 7), seven(random))


def fields(value: Any) -> list[Any]:
    """An object by what identifies it, as libvirt-python shows it."""
    return [getattr(value, name) for name in value.fields]


def listed(answer: list[Any]) -> list[Any]:
    return [fields(each) for each in answer]


class Operation:
    """One thing to ask of libvirt-python.

    slot   the call that it makes
    seen   what it should return for our answer
    make   a random answer, where not any will do
    """

    def __init__(
        self,
        slot: str,
        seen: Callable[[Any], Any] = lambda answer: answer,
        make: Callable[[Random], Any] | None = None,
    ) -> None:
        self.slot = slot
        self.seen = seen
        self.make = make


def counted(answer: list[Any]) -> list[Any]:
    """Statistics of memory, by the names that the Python binding has for their numbers."""
    return sorted(each.val for each in answer if 0 <= each.tag < 13)


OPERATIONS = {
    "connection.getHostname": Operation("connect_get_hostname"),
    "connection.getLibVersion": Operation(
        "connect_get_lib_version", make=lambda random: random.getrandbits(31)
    ),
    "connection.getCapabilities": Operation("connect_get_capabilities"),
    "connection.getInfo": Operation(
        "node_get_info",
        lambda answer: [answer.model, answer.memory >> 10, *list(answer)[2:]],
        lambda random: NodeInfo(text(random), *(random.getrandbits(31) for _ in range(7))),
    ),
    "connection.getFreeMemory": Operation("node_get_free_memory"),
    "connection.listAllDomains": Operation("connect_list_all_domains", listed),
    "connection.listAllStoragePools": Operation("connect_list_all_storage_pools", listed),
    "connection.listAllNetworks": Operation("connect_list_all_networks", listed),
    "connection.listAllInterfaces": Operation("connect_list_all_interfaces", listed),
    "connection.listAllSecrets": Operation("connect_list_all_secrets", listed),
    "connection.listAllNWFilters": Operation("connect_list_all_nwfilters", listed),
    "all_stats": Operation(
        "connect_get_all_domain_stats",
        lambda answer: [[fields(each.domain), dict(each.params)] for each in answer],
        some(stats),
    ),
    "cpu_stats": Operation("node_get_cpu_stats"),
    "node_memory": Operation("node_get_memory_stats"),
    "free_cells": Operation(
        "node_get_cells_free_memory", make=lambda random: [random.getrandbits(64)] * 7
    ),
    "models": Operation("connect_get_cpu_model_names"),
    "baseline": Operation("connect_baseline_cpu"),
    "domain.info": Operation("domain_get_info", list),
    "domain.state": Operation("domain_get_state", list),
    "domain.XMLDesc": Operation("domain_get_xml_desc"),
    "domain.OSType": Operation("domain_get_os_type"),
    "domain.memoryParameters": Operation("domain_get_memory_parameters", dict, seven),
    "domain.blkioParameters": Operation("domain_get_blkio_parameters", dict, seven),
    "domain.numaParameters": Operation("domain_get_numa_parameters", dict, seven),
    "domain.guestVcpus": Operation("domain_get_guest_vcpus", dict, seven),
    "domain.guestInfo": Operation("domain_get_guest_info", dict, seven),
    "domain.perfEvents": Operation("domain_get_perf_events", dict, seven),
    "domain.getTime": Operation(
        "domain_get_time", lambda answer: {"seconds": answer.seconds, "nseconds": answer.nseconds}
    ),
    "domain.jobInfo": Operation("domain_get_job_info", list),
    "domain.controlInfo": Operation("domain_get_control_info", list),
    "domain.messages": Operation("domain_get_messages"),
    "block_stats": Operation("domain_block_stats", list),
    "interface_stats": Operation("domain_interface_stats", list),
    "block_info": Operation(
        "domain_get_block_info",
        lambda answer: [answer.capacity, answer.allocation, answer.physical],
    ),
    "block_peek": Operation("domain_block_peek", bytes.hex, lambda random: random.randbytes(37)),
    "metadata": Operation("domain_get_metadata"),
    "set_metadata": Operation("domain_set_metadata", lambda _: 0),
    "send_key": Operation("domain_send_key", lambda _: 0),
    "set_time": Operation("domain_set_time", lambda _: 0),
    "set_memory_parameters": Operation("domain_set_memory_parameters", lambda _: 0),
    "set_block_io_tune": Operation("domain_set_block_io_tune", lambda _: 0),
    "leases": Operation(
        "network_get_dhcp_leases",
        lambda answer: [
            {
                "iface": lease.iface,
                "expirytime": lease.expirytime,
                "type": lease.type,
                "mac": lease.mac,
                "iaid": lease.iaid,
                "ipaddr": lease.ipaddr,
                "prefix": lease.prefix,
                "hostname": lease.hostname,
                "clientid": lease.clientid,
            }
            for lease in answer
        ],
    ),
    "addresses": Operation(
        "domain_interface_addresses",
        lambda answer: {
            each.name: {
                "addrs": [
                    {"type": one.type, "addr": one.addr, "prefix": one.prefix} for one in each.addrs
                ]
                or None,
                "hwaddr": each.hwaddr,
            }
            for each in answer
        },
    ),
    "pool.info": Operation("storage_pool_get_info", list),
    "pool.listAllVolumes": Operation(
        "storage_pool_list_all_volumes", lambda answer: [[each.name, each.key] for each in answer]
    ),
    "secret.value": Operation("secret_get_value", bytes.hex, lambda random: random.randbytes(50)),
    "secret_set": Operation("secret_set_value", lambda _: 0),
}


class Daemon:
    """Answers one client: what ``answers`` has for a call, or something random; keeps what came.

    given   the values of the last call of each slot, and what was answered
    """

    def __init__(self, path: Path, seed: int) -> None:
        self.random = Random(seed)
        self.makes = {each.slot: each.make for each in OPERATIONS.values() if each.make}
        self.makes["domain_get_block_io_tune"] = tune
        self.given: dict[str, tuple[tuple[Any, ...], Any]] = {}
        self.faults: list[str] = []
        self._calls = {(NUMBERS[call.program], call.number): call for call in calls().values()}
        self._again: dict[str, Any] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        try:
            peer, _ = self._listener.accept()
        except OSError:
            return
        session = Server(set(NUMBERS.values()))
        with peer:
            while data := peer.recv(1 << 16):
                for message in session.feed(data):
                    call = self._calls[message.program, message.procedure]
                    try:
                        request = wire(call).decode_args(CONNECTION, message.payload)
                        answer = self._answer(call, request.values, request.asked)
                        payload, _ = wire(call).encode_ret(answer, request.asked)
                    except Exception as error:  # noqa: BLE001 - the test says what it was
                        self.faults.append(f"{call}: {error!r}")
                        payload = b""
                    session.reply(message, payload)
                while session.outgoing:
                    session.sent(peer.send(session.outgoing))

    def _answer(self, call: Call, values: tuple[Any, ...], asked: dict[str, int]) -> Any:
        slot = call.slot
        if slot == "auth_list":
            return []
        if slot == "connect_supports_feature":
            return int(values[0] == TYPED_PARAM_STRING)
        if slot.endswith(("lookup_by_name", "lookup_by_uuid")):
            return {
                "domain_lookup_by_name": Domain(CONNECTION, "any", UUID, 1),
                "storage_pool_lookup_by_name": Pool(CONNECTION, "any", UUID),
                "network_lookup_by_name": Network(CONNECTION, "any", UUID),
                "secret_lookup_by_uuid": Secret(CONNECTION, UUID, 0, ""),
            }[slot]
        make = self.makes.get(slot)
        # a client that asks first how many there are asks again: it gets the same
        kept = self._again.pop(slot, None)
        answer = kept
        if kept is None:
            answer = answer_of(self.random, call) if make is None else make(self.random)
            if asked and not any(asked.values()) and not any("need" in name for name in asked):
                self._again[slot] = answer
        self.given[slot] = (values, answer)
        return answer


@pytest.fixture
def daemon(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Daemon]:
    made = Daemon(tmp_path / "sock", request.param)
    yield made
    made.stop()


def same(returned: Any, expected: Any) -> bool:
    """Whether both are the same; the Python binding calls many an unsigned number a signed one."""
    if isinstance(expected, dict):
        return returned.keys() == expected.keys() and all(
            same(returned[name], each) for name, each in expected.items()
        )
    if isinstance(expected, list):
        return len(returned) == len(expected) and all(map(same, returned, expected))
    if type(expected) is int and returned < 0 <= expected:
        return returned % (1 << 32) == expected or returned % (1 << 64) == expected
    return bool(returned == expected)


def plain(values: Any) -> Any:
    """What JSON makes of values."""
    if isinstance(values, bytes):
        return values.hex()
    if isinstance(values, tuple):
        return [plain(each) for each in values]
    return values


@pytest.mark.parametrize("daemon", [1, 2], indirect=True, ids=["seed 1", "seed 2"])
def test_libvirts_own_client_agrees(daemon, tmp_path):
    if subprocess.run([PYTHON, "-c", "import libvirt"], capture_output=True).returncode != 0:
        pytest.skip(f"{PYTHON} has no libvirt (scripts/test installs python3-libvirt on Debian)")
    uri = f"qemu+unix:///system?socket={tmp_path}/sock"
    client = subprocess.Popen(
        [PYTHON, str(Path(__file__).with_name("libvirt_python_client.py")), uri, "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for number in range(ROUNDS * len(OPERATIONS)):
            name = list(OPERATIONS)[number % len(OPERATIONS)]
            agree(daemon, client, name)
    finally:
        client.communicate(timeout=60)
    assert daemon.faults == []


def agree(daemon: Daemon, client: subprocess.Popen[str], name: str) -> None:
    operation = OPERATIONS[name]
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(name + "\n")
    client.stdin.flush()
    line = client.stdout.readline()
    if not line:
        assert client.stderr is not None
        pytest.fail(f"{name}: {client.stderr.read()}; {daemon.faults}; {daemon.given}")
    sent, returned = json.loads(line)
    values, answer = daemon.given[operation.slot]
    if sent:
        assert plain(values) == sent, name
    expected = operation.seen(answer)
    assert same(returned, expected), (name, returned, expected)
    for value in values:
        if isinstance(value, TypedParams) and "i" in value:
            assert value.types == {name: kind for kind, (name, _) in KINDS.items()}
