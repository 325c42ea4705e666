"""Who a client is: SASL and polkit, and what the log is told of it.

A client that fails learns only that it did; the reason stands in the log.
"""

from __future__ import annotations

import os
import subprocess
from fnmatch import fnmatchcase
from shutil import which

from vsh.api.connection.records import SaslAnswer
from vsh.daemon import sasl
from vsh.daemon.config import WAYS, Configuration
from vsh.daemon.log import INFO, WARNING, one_line
from vsh.errors import AuthFailed, AuthUnavailable, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.auth import Layer
    from vsh.daemon.client import Client
    from vsh.daemon.sasl import Conversation

FROM_RPC, FROM_POLKIT = 7, 60
SASL, POLKIT = WAYS["sasl"], WAYS["polkit"]
ACTIONS = {False: "org.libvirt.unix.manage", True: "org.libvirt.unix.monitor"}
PATIENCE = 120
"""Seconds that a person may take to answer polkit's question."""


def polkit_obstacle() -> str | None:
    """Why polkit cannot be asked here, or None."""
    if which("pkcheck") is None:
        return "polkit's pkcheck is not installed"
    bus = os.environ.get("DBUS_SYSTEM_BUS_ADDRESS") or os.path.exists("/run/dbus/system_bus_socket")
    return None if bus else "there is no D-Bus system bus"


def sasl_init(client: Client) -> str:
    """The mechanisms that the client may choose from."""
    if client.way != SASL or client.ready or client.conversation is not None:
        raise failed(client, "it asked for SASL out of order")
    client.conversation = ()
    keytab = client.server.configuration.sasl_keytab_file
    return ",".join(sasl.mechanisms(keytab, secure=client.link.secure))


def sasl_start(client: Client, mechanism: str, data: bytes | None) -> SaslAnswer:
    """The first words of a conversation."""
    if client.conversation != ():
        raise failed(client, "it started SASL out of order")
    configuration: Configuration = client.server.configuration
    try:
        talk = sasl.begin(mechanism, configuration, secure=client.link.secure)
    except AuthFailed as error:
        raise failed(client, error.detail) from None
    next(talk)
    client.conversation = talk
    return _said(client, talk, data)


def sasl_step(client: Client, data: bytes | None) -> SaslAnswer:
    """The next words."""
    talk = client.conversation
    if talk is None or isinstance(talk, tuple):
        raise failed(client, "it went on with SASL out of order")
    return _said(client, talk, data)


def _said(client: Client, talk: Conversation, data: bytes | None) -> SaslAnswer:
    try:
        answer = talk.send(data)
    except StopIteration as end:
        name, layer = end.value
        _allowed(client, name)
        _strong(client, layer)
        client.conversation = None
        client.identity["sasl-user-name"] = name
        client.agreed = layer
        accept(client, f"SASL user '{name}'")
        return SaslAnswer(1, 1, b"")
    except Error as error:
        raise failed(client, error.detail) from None
    return SaslAnswer(0, int(answer is None), answer or b"")


def _allowed(client: Client, name: str) -> None:
    wanted = client.server.configuration.sasl_allowed_username_list
    if wanted is not None and not any(fnmatchcase(name, pattern) for pattern in wanted):
        raise failed(client, f"SASL user '{name}' is not in sasl_allowed_username_list")


def _strong(client: Client, layer: Layer | None) -> None:
    strength = 0 if layer is None else layer.strength
    if not client.link.secure and strength < client.server.configuration.tcp_min_ssf:
        raise failed(client, f"negotiated SSF {strength} was not strong enough")


def ways(client: Client) -> list[int]:
    """What the client has still to go through; root need not ask polkit, which may be missing."""
    if client.way == POLKIT and not client.ready and client.identity.get("unix-user-id") == 0:
        accept(client, "root, who need not ask polkit")
    return [0 if client.ready else client.way]


def polkit(client: Client) -> int:
    """Ask the system's authority about the process that the client is."""
    if client.way != POLKIT or client.ready:
        raise failed(client, "it asked for polkit out of order")
    obstacle = polkit_obstacle()
    if obstacle is not None:
        raise failed(client, obstacle)
    action = ACTIONS[client.readonly]
    pid, uid = client.identity["unix-process-id"], client.identity["unix-user-id"]
    start = start_time(int(pid))
    if start is None:
        raise failed(client, f"process {pid} has gone")
    command = ["pkcheck", "--action-id", action, "--process", f"{pid},{start},{uid}", "-u"]
    try:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise failed(client, "polkit did not answer") from None
    if done.returncode == 0:
        accept(client, f"polkit: {action} for process {pid}, user {uid}")
        return 1
    client.server.log.say(WARNING, "daemon.auth", f"{client}: polkit: {done.stderr.strip()}")
    if done.returncode == 2:
        error: Error = AuthUnavailable.whole(
            "authentication unavailable: "
            f"no polkit agent available to authenticate action '{action}'"
        )
    else:
        error = AuthFailed("access denied by policy")
    error.domain = FROM_POLKIT
    raise error


def start_time(pid: int) -> str | None:
    """When a process began: with its number, what no other process has."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        return None


def accept(client: Client, who: str) -> None:
    """The client is who it says."""
    client.ready = True
    client.introduced()
    client.server.log.say(INFO, "daemon.auth", f"{client}: authenticated: {one_line(who)}")


def failed(client: Client, reason: str) -> Error:
    """The error for the client; the reason is for the log."""
    client.conversation = None
    text = f"{client}: authentication failed: {one_line(reason)}"
    client.server.log.say(WARNING, "daemon.auth", text)
    error = AuthFailed("authentication failed")
    error.domain = FROM_RPC
    return error
