"""The admin program: what ``virt-admin`` asks of a daemon, and changes in it while it runs."""

from __future__ import annotations

import grp
import pwd
import socket

from vsh.daemon.log import Log
from vsh.errors import Error, InvalidArgument, NoClient, NoServer
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

    Params: TypeAlias = "list[tuple[str, int, int | str]]"

PARAMS_MAX, CLIENTS_MAX = 32, 16384
INT, UINT, BOOLEAN, STRING = 1, 2, 6, 7
UNIX, TCP, TLS = range(3)
LIB_VERSION = 12_008_000


def answer(server: Managed, client: Client, message: Message) -> None:
    """Answer one call of a client."""
    try:
        call = CALLS.get(message.procedure)
        if call is None:
            with client.lock:
                client.talk.unknown_procedure(message)
            return
        reader, writer = Reader(message.payload), Writer()
        call(server, reader, writer)
        reader.finish()
        with client.lock:
            client.talk.reply(message, bytes(writer.data))
    except Error as error:
        with client.lock:
            client.talk.refuse(message, error)


def _nothing(server: Managed, reader: Reader, writer: Writer) -> None:
    """Opening and closing: nothing is to be done."""
    reader.position = reader.end


def _flags(reader: Reader) -> None:
    flags = reader.u32()
    if flags:
        raise InvalidArgument(f"unsupported flags (0x{flags:x})")


def _service(server: Managed, reader: Reader) -> Service:
    name = reader.text()
    for each in server.services:
        if each.name == name:
            return each
    raise NoServer(f"No server named '{name}'")


def _client(service: Service, reader: Reader) -> Client:
    number = reader.u64()
    found = service.clients.get(number)
    if found is None:
        raise NoClient(f"No client with matching ID '{number}'")
    return found


def _whole_client(server: Managed, reader: Reader) -> Client:
    found = _client(_service(server, reader), reader)
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


def _params(reader: Reader, known: tuple[str, ...]) -> dict[str, int]:
    """Numbers that are to be set.  Raises InvalidArgument for names that are not known."""
    found = {}
    for _ in range(reader.count(PARAMS_MAX, 12)):
        name, kind = reader.text(), reader.i32()
        if kind != UINT or name not in known:
            raise InvalidArgument(f"parameter '{name}' not supported")
        found[name] = reader.u32()
    return found


def _lib_version(server: Managed, reader: Reader, writer: Writer) -> None:
    writer.u64(LIB_VERSION)


def _list_servers(server: Managed, reader: Reader, writer: Writer) -> None:
    wanted = reader.u32()
    _flags(reader)
    shown = server.services if wanted else ()
    writer.count(len(shown), 16384)
    for service in shown:
        writer.text(service.name)
    writer.u32(len(server.services))


def _lookup_server(server: Managed, reader: Reader, writer: Writer) -> None:
    writer.text(_service(server, reader).name)
    _flags(reader)


def _pool(server: Managed, reader: Reader, writer: Writer) -> None:
    pool = _service(server, reader).workers
    _flags(reader)
    ordinary, idle, special = pool.counts
    values = (pool.least, pool.most, ordinary, idle, special, pool.waiting)
    words = ("minWorkers", "maxWorkers", "nWorkers", "freeWorkers", "prioWorkers", "jobQueueDepth")
    _put_params(writer, [(word, UINT, value) for word, value in zip(words, values, strict=True)])


def _set_pool(server: Managed, reader: Reader, writer: Writer) -> None:
    pool = _service(server, reader).workers
    wanted = _params(reader, ("minWorkers", "maxWorkers", "prioWorkers"))
    _flags(reader)
    pool.limit(wanted.get("minWorkers"), wanted.get("maxWorkers"), wanted.get("prioWorkers"))


def _list_clients(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader)
    wanted = reader.u32()
    _flags(reader)
    found = list(service.clients.values())
    shown = found[:CLIENTS_MAX] if wanted else []
    writer.count(len(shown), CLIENTS_MAX)
    for each in shown:
        _put_client(writer, each)
    writer.u32(len(shown) if wanted else len(found))


def _lookup_client(server: Managed, reader: Reader, writer: Writer) -> None:
    found = _client(_service(server, reader), reader)
    _flags(reader)
    _put_client(writer, found)


def _info(server: Managed, reader: Reader, writer: Writer) -> None:
    client = _whole_client(server, reader)
    _flags(reader)
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
    _flags(reader)
    server.drop(client, "the administrator wants it")


def _limits(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader)
    _flags(reader)
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
    service = _service(server, reader)
    wanted = _params(reader, ("nclients_max", "nclients_unauth_max"))
    _flags(reader)
    service.limit(wanted.get("nclients_max"), wanted.get("nclients_unauth_max"))
    server.look_again()


def _outputs(server: Managed, reader: Reader, writer: Writer) -> None:
    _flags(reader)
    writer.text(server.log.outputs_text)
    writer.u32(len(server.log.outputs))


def _filters(server: Managed, reader: Reader, writer: Writer) -> None:
    _flags(reader)
    text = server.log.filters_text
    writer.flag(bool(text))
    if text:
        writer.text(f"{text} ")  # libvirtd ends each filter with a space
    writer.u32(len(server.log.filters))


def _set_outputs(server: Managed, reader: Reader, writer: Writer) -> None:
    text = reader.text() if reader.flag() else ""
    _flags(reader)
    log = Log(server.log.level, "", text)
    log.filters, log.calls = server.log.filters, server.log.calls
    server.log.become(log)


def _set_filters(server: Managed, reader: Reader, writer: Writer) -> None:
    text = reader.text() if reader.flag() else ""
    _flags(reader)
    server.log.filter(text)


def _update_tls(server: Managed, reader: Reader, writer: Writer) -> None:
    service = _service(server, reader)
    _flags(reader)
    server.doors.renew_certificates(service)


def _timeout(server: Managed, reader: Reader, writer: Writer) -> None:
    seconds = reader.u32()
    _flags(reader)
    server.timeout = seconds


CALLS: dict[int, Callable[[Managed, Reader, Writer], None]] = {
    1: _nothing, 2: _nothing, 3: _lib_version, 4: _list_servers, 5: _lookup_server, 6: _pool,
    7: _set_pool, 8: _list_clients, 9: _lookup_client, 10: _info, 11: _disconnect, 12: _limits,
    13: _set_limits, 14: _outputs, 15: _filters, 16: _set_outputs, 17: _set_filters,
    18: _update_tls, 19: _timeout,
}  # fmt: skip
