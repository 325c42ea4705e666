"""The admin program: what ``virt-admin`` asks of a daemon, and changes in it while it runs."""

from __future__ import annotations

import grp
import pwd
import socket

from vsh.daemon.log import Log
from vsh.errors import ArgumentUnsupported, Error, InvalidArgument, NoClient, NoServer, RpcError
from vsh.rpc.xdr import Reader, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypeAlias

    from vsh.daemon.client import Client, Serving
    from vsh.daemon.doors import Doors
    from vsh.daemon.service import Service
    from vsh.rpc.message import Message

    class Managed(Serving, Protocol):
        """The daemon, as its administrators know it."""

        timeout: int

        @property
        def doors(self) -> Doors: ...
        @property
        def services(self) -> tuple[Service, Service]: ...
        def stop(self) -> None: ...

    Params: TypeAlias = "list[tuple[str, int, int | str]]"

PARAMS_MAX, CLIENTS_MAX = 32, 16384
FROM_RPC, FROM_ADMIN, FROM_NOBODY = 7, 62, -1
TYPES = ("", "int", "uint", "llong", "ullong", "double", "boolean", "string")
"""What libvirt calls the kinds of parameters, by their numbers."""
INT, UINT, BOOLEAN, STRING = 1, 2, 6, 7
UNIX, TCP, TLS = range(3)
PRESERVE = 1
"""The flag of an end that is to keep what guests have."""
LIB_VERSION = 12_008_000


def answer(server: Managed, client: Client, message: Message) -> None:
    """Answer one call of a client."""
    try:
        call = CALLS.get(message.procedure)
        if call is None:
            with client.lock:
                client.talk.unknown_procedure(message)
            return
        _check_shape(message)
        writer = Writer()
        call(server, Reader(message.payload), writer)
        with client.lock:
            client.talk.reply(message, bytes(writer.data))
    except Error as error:
        error.domain = 0 if error.domain == FROM_NOBODY else error.domain or FROM_RPC
        with client.lock:
            client.talk.refuse(message, error)


def _check_shape(message: Message) -> None:
    """Whether a call's payload is what it has to be; more behind it is not looked at.

    Raises RpcError in libvirt's words.
    """
    reader = Reader(message.payload)
    try:
        for letter in SHAPES[message.procedure]:
            _READ[letter](reader)
    except (RpcError, KeyError):  # a parameter of no kind
        raise RpcError("Unable to decode message payload") from None


def _read_params(reader: Reader) -> None:
    for _ in range(reader.count(PARAMS_MAX, 12)):
        reader.text()
        _READ[_KINDS[reader.i32()]](reader)


def _read_client(reader: Reader) -> None:
    reader.text()
    reader.u64()
    reader.i64()
    reader.u32()


def _open(server: Managed, reader: Reader, writer: Writer) -> None:
    _flags(reader, "adminDispatchConnectOpen")


def _nothing(server: Managed, reader: Reader, writer: Writer) -> None:
    """Closing: nothing is to be done."""


def _flags(reader: Reader, function: str, known: int = 0) -> None:
    flags = reader.u32() & ~known
    if flags:
        said = f"unsupported flags (0x{flags:x}) in function {function}"
        raise _of_admin(InvalidArgument.whole(said))


def _service(server: Managed, reader: Reader, *, by_hand: bool = False) -> Service:
    """The server that a call is about; ``by_hand``: the call is one that libvirt words otherwise.

    Raises NoServer.
    """
    name = reader.text()
    for each in server.services:
        if each.name == name:
            return each
    if by_hand:
        raise _of_admin(NoServer(f"no server with matching name '{name}' found"))
    raise NoServer(f"No server named '{name}'")


def _of_admin(error: Error) -> Error:
    error.domain = FROM_ADMIN
    return error


def _client(service: Service, number: int, *, by_hand: bool = False) -> Client:
    found = service.clients.get(number)
    if found is not None:
        return found
    if by_hand:
        raise _of_admin(NoClient(f"no client with matching id '{number}' found"))
    raise NoClient(f"No client with matching ID '{number}'")


def _whole_client(server: Managed, reader: Reader, *, by_hand: bool = False) -> Client:
    found = _client(_service(server, reader, by_hand=by_hand), reader.u64(), by_hand=by_hand)
    reader.i64()
    reader.u32()
    return found


def _put_client(writer: Writer, client: Client) -> None:
    writer.text(client.service.name)
    writer.u64(client.number)
    writer.i64(int(client.connected))
    plain = client.socket.family == socket.AF_UNIX
    writer.u32(UNIX if plain else TLS if client.link.secure else TCP)


def _put_params(writer: Writer, params: Params) -> None:
    writer.count(len(params), PARAMS_MAX)
    for name, kind, value in params:
        writer.text(name)
        writer.i32(kind)
        if kind == STRING:
            writer.text(str(value))
        elif kind == UINT:
            writer.u32(int(value))
        else:
            writer.i32(int(value))


def _params(reader: Reader, known: tuple[str, ...], function: str) -> dict[str, int]:
    """Numbers that are to be set, and flags.  Raises InvalidArgument, ArgumentUnsupported."""
    given = []
    for _ in range(reader.count(PARAMS_MAX, 12)):
        name, kind = reader.text(), reader.i32()
        given.append((name, kind, _READ[_KINDS[kind]](reader)))
    _flags(reader, function)
    found: dict[str, int] = {}
    for name, kind, value in sorted(given, key=lambda each: each[0]):
        if name not in known:
            raise _nobody_s(ArgumentUnsupported(f"parameter '{name}' not supported"))
        if kind != UINT or not isinstance(value, int):
            said = f"invalid type '{TYPES[kind]}' for parameter '{name}', expected 'uint'"
            raise _nobody_s(InvalidArgument(said))
        if name in found:
            raise _nobody_s(InvalidArgument(f"parameter '{name}' occurs multiple times"))
        found[name] = value
    return found


def _nobody_s(error: Error) -> Error:
    """An error of no part of libvirt's."""
    error.domain = FROM_NOBODY
    return error


def _lib_version(server: Managed, reader: Reader, writer: Writer) -> None:
    writer.u64(LIB_VERSION)


def _list_servers(server: Managed, reader: Reader, writer: Writer) -> None:
    wanted = reader.u32()
    _flags(reader, "adminConnectListServers")
    shown = server.services if wanted else ()
    writer.count(len(shown), 16384)
    for service in shown:
        writer.text(service.name)
    writer.u32(len(server.services))


def _lookup_server(server: Managed, reader: Reader, writer: Writer) -> None:
    writer.text(_service(server, reader).name)


def _pool(server: Managed, reader: Reader, writer: Writer) -> None:
    pool = _service(server, reader).workers
    _flags(reader, "adminServerGetThreadPoolParameters")
    ordinary, idle, special = pool.counts
    values = (pool.least, pool.most, ordinary, idle, special, pool.waiting)
    words = ("minWorkers", "maxWorkers", "nWorkers", "freeWorkers", "prioWorkers", "jobQueueDepth")
    _put_params(writer, [(word, UINT, value) for word, value in zip(words, values, strict=True)])


def _set_pool(server: Managed, reader: Reader, writer: Writer) -> None:
    pool = _service(server, reader, by_hand=True).workers
    known = ("minWorkers", "maxWorkers", "prioWorkers")
    wanted = _params(reader, known, "adminServerSetThreadPoolParameters")
    try:
        pool.limit(*(wanted.get(name) for name in known))
    except Error as error:
        raise _nobody_s(error) from None


def _list_clients(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader)
    wanted = reader.u32()
    _flags(reader, "adminServerListClients")
    found = list(service.clients.values())
    shown = found[:CLIENTS_MAX] if wanted else []
    writer.count(len(shown), CLIENTS_MAX)
    for each in shown:
        _put_client(writer, each)
    writer.u32(len(shown) if wanted else len(found))


def _lookup_client(server: Managed, reader: Reader, writer: Writer) -> None:
    service, number = _service(server, reader), reader.u64()
    _flags(reader, "adminServerLookupClient")
    _put_client(writer, _client(service, number))


def _info(server: Managed, reader: Reader, writer: Writer) -> None:
    client = _whole_client(server, reader, by_hand=True)
    _flags(reader, "adminClientGetInfo")
    params: Params = [("readonly", BOOLEAN, client.readonly)]
    who = client.identity
    if "unix-user-id" in who:
        user, group = int(who["unix-user-id"]), int(who["unix-group-id"])
        params += [("unix_user_id", INT, user), ("unix_user_name", STRING, _user(user))]
        params += [("unix_group_id", INT, group), ("unix_group_name", STRING, _group(group))]
        params.append(("unix_process_id", INT, who["unix-process-id"]))
    else:
        params.append(("sock_addr", STRING, client.address))
    for key, word in (
        ("sasl-user-name", "sasl_user_name"), ("x509-distinguished-name", "tls_x509_dname"),
    ):  # fmt: skip
        if key in who:
            params.append((word, STRING, who[key]))
    _put_params(writer, params)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _disconnect(server: Managed, reader: Reader, writer: Writer) -> None:
    client = _whole_client(server, reader)
    _flags(reader, "adminClientClose")
    server.drop(client, "the administrator wants it")


def _limits(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader)
    _flags(reader, "adminServerGetClientLimits")
    limits = service.limits
    _put_params(
        writer,
        [
            ("nclients_max", UINT, limits.max_clients),
            ("nclients", UINT, len(service.clients)),
            ("nclients_unauth_max", UINT, limits.max_anonymous_clients),
            ("nclients_unauth", UINT, len(service.strangers)),
        ],
    )


def _set_limits(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader, by_hand=True)
    known = ("nclients_max", "nclients_unauth_max")
    wanted = _params(reader, known, "adminServerSetClientLimits")
    service.limit(wanted.get("nclients_max"), wanted.get("nclients_unauth_max"))
    server.look_again()


def _outputs(server: Managed, reader: Reader, writer: Writer) -> None:
    _flags(reader, "adminConnectGetLoggingOutputs")
    writer.text(server.log.outputs_text)
    writer.u32(len(server.log.outputs))


def _filters(server: Managed, reader: Reader, writer: Writer) -> None:
    _flags(reader, "adminConnectGetLoggingFilters")
    text = server.log.filters_text
    writer.flag(bool(text))
    if text:
        writer.text(f"{text} ")  # libvirtd ends each filter with a space
    writer.u32(len(server.log.filters))


def _set_outputs(server: Managed, reader: Reader, writer: Writer) -> None:
    text = reader.text() if reader.flag() else ""
    _flags(reader, "adminConnectSetLoggingOutputs")
    try:
        log = Log(server.log.level, "", text)
    except Error as error:
        raise _nobody_s(error) from None
    log.filters, log.calls = server.log.filters, server.log.calls
    server.log.become(log)


def _set_filters(server: Managed, reader: Reader, writer: Writer) -> None:
    text = reader.text() if reader.flag() else ""
    _flags(reader, "adminConnectSetLoggingFilters")
    try:
        server.log.filter(text)
    except Error as error:
        raise _nobody_s(error) from None


def _update_tls(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader)
    _flags(reader, "adminServerUpdateTlsFiles")
    server.doors.renew_certificates(service)


def _timeout(server: Managed, reader: Reader, writer: Writer) -> None:
    seconds = reader.u32()
    _flags(reader, "adminConnectSetDaemonTimeout")
    server.timeout = seconds


def _shutdown(server: Managed, reader: Reader, writer: Writer) -> None:
    """As at SIGTERM; guests run on, which preserves their state, too."""
    _flags(reader, "adminConnectDaemonShutdown", PRESERVE)
    server.stop()


CALLS: dict[int, Callable[[Managed, Reader, Writer], None]] = {
    1: _open, 2: _nothing, 3: _lib_version, 4: _list_servers, 5: _lookup_server, 6: _pool,
    7: _set_pool, 8: _list_clients, 9: _lookup_client, 10: _info, 11: _disconnect, 12: _limits,
    13: _set_limits, 14: _outputs, 15: _filters, 16: _set_outputs, 17: _set_filters,
    18: _update_tls, 19: _timeout, 20: _shutdown,
}  # fmt: skip

_READ: dict[str, Callable[[Reader], object]] = {
    "i": Reader.i32, "u": Reader.u32, "l": Reader.i64, "U": Reader.u64, "d": Reader.f64,
    "t": Reader.text, "o": lambda reader: reader.text() if reader.flag() else None,
    "p": _read_params, "c": _read_client,
}  # fmt: skip
_KINDS = {INT: "i", UINT: "u", 3: "l", 4: "U", 5: "d", BOOLEAN: "i", STRING: "t"}
"""How values of parameters are read, by their kinds."""
SHAPES = {
    1: "u", 2: "", 3: "", 4: "uu", 5: "tu", 6: "tu", 7: "tpu", 8: "tuu", 9: "tUu", 10: "cu",
    11: "cu", 12: "tu", 13: "tpu", 14: "u", 15: "u", 16: "ou", 17: "ou", 18: "tu", 19: "uu",
    20: "u",
}  # fmt: skip
"""What is in each call, in letters of ``_READ``."""
