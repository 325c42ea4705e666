"""A call of a client: decoded, allowed, made, answered.

What a driver is not asked for stands here: opening and closing, authentication, the questions for
features, and registering for events, which are pushed.
"""

from __future__ import annotations

import os
from time import perf_counter

from vsh.api.stream import Stream
from vsh.api.table import calls
from vsh.daemon import authentication
from vsh.daemon.barrier import Barrier
from vsh.daemon.client import without_serial
from vsh.daemon.limits import CPU_MAPS_MAX, STREAMS_MAX, VCPUS_MAX
from vsh.daemon.log import CALLS, DEBUG, one_line
from vsh.drivers.driver import HURRY, WouldWait
from vsh.drivers.origin import library
from vsh.drivers.state.jobs import DOING
from vsh.errors import AccessDenied, Error, InternalError, OperationFailed, RpcError
from vsh.rpc.codec import wire
from vsh.rpc.programs import PROGRAMS, REMOTE
from vsh.words.connection import DriverFeature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from vsh.api._call import Call, Object
    from vsh.api.connection import Connection
    from vsh.api.connection.records import SaslAnswer
    from vsh.daemon.client import Client
    from vsh.drivers.driver import Embedded
    from vsh.rpc.codec import Request, Wire
    from vsh.rpc.message import Message

    Values: TypeAlias = "tuple[object, ...]"

FROM_RPC = 7
_BEFORE = frozenset((66, 67, 68, 69, 70))
"""Procedures of the remote program that come before a client has said who it is."""

_FEATURES = frozenset((
    DriverFeature.FD_PASSING, DriverFeature.TYPED_PARAM_STRING, DriverFeature.PROGRAM_KEEPALIVE,
    DriverFeature.XML_MIGRATABLE, DriverFeature.REMOTE_EVENT_CALLBACK,
    DriverFeature.REMOTE_CLOSE_CALLBACK, DriverFeature.NETWORK_UPDATE_HAS_CORRECT_ORDER,
))  # fmt: skip
"""What the daemon itself can do, whatever the driver."""


_found: dict[tuple[int, int], Wire] = {}


def found(message: Message) -> Wire | None:
    """The call that a message makes, with how it goes on the wire, or None."""
    key = (message.program, message.procedure)
    try:
        return _found[key]
    except KeyError:
        call = calls().get((PROGRAMS[message.program], message.procedure))
        if call is None:
            return None  # not kept: a client could make us keep all numbers
        made = _found[key] = wire(call)
        return made


def at_once(client: Client, message: Message, coded: Wire) -> bool:
    """Answer one quick call in the daemon's loop; False where it would have to wait."""
    connection = client.connection
    if connection is None:
        answer(client, message, coded)
        return True
    try:
        with HURRY:
            answer(client, message, coded)
    except WouldWait:
        return False
    return True


def again(client: Client, data: bytes) -> bool:
    """Answer a quick call that a client has made before, known by its bytes.

    False where these are anything else, and where there is more to it than an answer: nothing has
    been done then.
    """
    connection, server = client.connection, client.server
    coded, request = client.known.get(without_serial(data), (None, None))
    if connection is None or coded is None or request is None or not client.alone:
        return False
    if server.meter is not None or server.log.calls or client.files or client.talk.unfinished:
        return False
    call, driver, answer = coded.call, connection.driver, None
    if call.slot in _OWN or "maplen" in call.names:
        return False
    with Barrier(_in_full, client), HURRY:
        answer = coded.encode_ret(driver.call(call, request.target, request.values), request.asked)
    if answer is None or answer[1]:
        return False
    with client.lock:
        client.talk.reply_at_once(data, answer[0])
    return True


def _in_full(client: Client, error: Exception) -> None:
    """The call is made once more, in full, and the client is told what is wrong with it."""


def answer(client: Client, message: Message, coded: Wire | None) -> None:
    """Answer one call; whatever happens, there is an answer."""
    meter, log = client.server.meter, client.server.log
    if coded is None or (meter is None and not log.calls):
        _answer(client, message, coded)
        return
    begun = perf_counter()
    refused = _answer(client, message, coded)
    seconds, slot = perf_counter() - begun, coded.call.slot
    if meter is not None:
        meter.answered(slot, seconds, failed=refused is not None)
    if log.calls:
        came_of_it = "done" if refused is None else one_line(refused)
        log.say(DEBUG, CALLS, f"{client}: {slot}: {came_of_it} ({1000 * seconds:.1f} ms)")


def _answer(client: Client, message: Message, coded: Wire | None) -> str | None:
    """Answer one call; what it was refused with, if it was."""
    files = client.brought.pop(message.serial, []) if message.files else []
    try:
        if coded is None:
            with client.lock:
                client.talk.unknown_procedure(message)
        else:
            _make(client, message, coded, files)
    except Error as error:
        if message.program == REMOTE:  # libvirt's other programs do not say where errors come from
            error.domain = error.domain or FROM_RPC
        return _refuse(client, message, error)
    except WouldWait:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not end the daemon
        client.server.complain(client, message, error)
        return _refuse(client, message, InternalError(f"{type(error).__name__}: {error}"))
    finally:
        for descriptor in files:
            os.close(descriptor)
    return None


def _refuse(client: Client, message: Message, error: Error) -> str:
    """Answer with an error; its text.

    The frames that it has seen are let go: where one of them knows the error, all would stay in
    memory with what they had, documents above all, until the collector of circles comes by.
    """
    with client.lock:
        client.talk.refuse(message, error)
    each: BaseException | None = error
    while each is not None:
        each.__traceback__ = None
        each = each.__context__
    return str(error)


def _make(client: Client, message: Message, coded: Wire, files: list[int]) -> None:
    call = coded.call
    if not client.ready and not (message.program == REMOTE and call.number in _BEFORE):
        raise RpcError("authentication required")
    own = _OWN.get(call.slot)
    connection = client.connection
    if own is None and connection is None:
        raise InternalError.whole("connection not open")
    try:
        request = client.decoded(coded, message, files)
    except RpcError as error:  # whatever the program is: no other part has seen it
        error.domain = FROM_RPC
        raise
    if own is not None:
        value = own(client, call, request.target, request.values)
    else:
        assert connection is not None
        if "eventID" in call.names:
            _check_event(call, request.values)
        if "maplen" in call.names:
            _bound_maps(call, request.values)
        values, stream = request.values, None
        if call.slot == "node_get_cpu_stats" and not any(request.asked.values()):
            values = (-1, *values[1:])  # how many numbers there are is the same for each CPU
        if coded.stream_at is not None:
            if len(client.transfers) >= STREAMS_MAX:
                raise OperationFailed(f"{STREAMS_MAX} streams are open on this connection already")
            stream = Stream(connection)
            at = coded.stream_at
            values = (*values[:at], stream, *values[at + 1 :])
        value = _asked(connection, call, request.target, values)
        if stream is not None:
            _answer_stream(client, message, call, coded, value, stream, request)
            return
    payload, descriptors = coded.encode_ret(value, request.asked)
    if descriptors:
        client.hand_over(message, payload, descriptors)
        return
    with client.lock:
        client.talk.reply(message, payload)
        if client.agreed is not None:  # this answer still goes as the client's words came
            client.next_layer, client.agreed = client.agreed, None


def _asked(
    connection: Connection, call: Call[..., object], target: Object, values: Values
) -> object:
    """A driver's answer."""
    DOING.call = call.api
    try:
        return connection.driver.call(call, target, values)
    except Error as error:
        if not error.domain:  # it was refused before the driver was asked
            error.domain = library(call)
        raise


def _check_event(call: Call[..., object], values: Values) -> None:
    """Refuse a kind of event that nobody knows.  Raises InternalError, the daemon's own."""
    from vsh.api.event import by_id

    number = call.number_of(values, "eventID")
    words = call.slot.removeprefix("connect_").partition("_event_")[0]
    if by_id("pool" if words == "storage_pool" else words, number) is None:
        called = "" if words == "domain" else words.replace("_", " ") + " "
        error = InternalError(f"unsupported {called}event ID {number}")
        error.domain = FROM_RPC
        raise error


def _bound_maps(call: Call[..., object], values: Values) -> None:
    """Refuse to make more bytes of CPU maps than an answer can have.  Raises InternalError."""
    number = 1
    for name in ("maxinfo", "ncpumaps"):
        if name in call.names:
            number = max(0, call.number_of(values, name))
            if number > VCPUS_MAX:
                raise InternalError(f"{name} > REMOTE_VCPUINFO_MAX")
    if number * call.number_of(values, "maplen") > CPU_MAPS_MAX:
        raise InternalError("maxinfo * maplen > REMOTE_CPUMAPS_MAX")


def _answer_stream(
    client: Client,
    message: Message,
    call: Call[..., object],
    coded: Wire,
    value: object,
    stream: Stream,
    request: Request,
) -> None:
    from vsh.daemon.transfers import Transfer

    sparse = call.options.get("sparse")
    flags = call.number_of(request.values, "flags") if "flags" in call.names else 0
    way = call.options["stream"]
    payload, _ = coded.encode_ret(value, request.asked)
    with client.lock:
        end = client.talk.open_stream(message, sparse=bool(sparse and flags & call.word(sparse)))
        assert stream.channel is not None  # the driver has set it, or has raised an error
        transfer = Transfer(client, end, stream.channel)
        client.transfers[message.serial] = transfer
        client.talk.reply(message, payload)
    transfer.start(reads=way in ("read", "both"), writes=way in ("write", "both"))


# ---- what the daemon answers itself


def _open(client: Client, call: Call[..., object], target: object, values: Values) -> None:
    uri, flags = values[0], call.number_of(values, "flags")
    assert isinstance(uri, str | None)
    if client.connection is not None:
        raise InternalError.whole("connection already open")
    readonly = client.readonly or bool(flags & 1)
    connection = client.server.open(client, uri or "", readonly=readonly)
    access = None if client.driver is None else client.driver.access
    if access is not None and not access("connect", "getattr", {}):
        client.driver = None
        connection.close()
        raise AccessDenied(f"'{connection.driver.name}' denied access")
    client.connection = connection


def _feature(client: Client, call: Call[..., object], target: object, values: Values) -> int:
    [number] = values
    if number == DriverFeature.PROGRAM_KEEPALIVE:
        client.server.keep_alive(client)
    if number == DriverFeature.FD_PASSING:
        return int(client.socket.family == client.socket.family.AF_UNIX)
    if number in _FEATURES:
        return 1
    connection, _ = _opened(client)
    assert isinstance(number, int)
    return connection.supports_feature(number)


def _sasl_start(
    client: Client, call: Call[..., object], target: object, values: Values
) -> SaslAnswer:
    mechanism, nothing, data = values
    assert isinstance(mechanism, str)
    assert isinstance(data, bytes)
    return authentication.sasl_start(client, mechanism, None if nothing else data)


def _sasl_step(
    client: Client, call: Call[..., object], target: object, values: Values
) -> SaslAnswer:
    nothing, data = values
    assert isinstance(data, bytes)
    return authentication.sasl_step(client, None if nothing else data)


def _nothing(client: Client, call: Call[..., object], target: object, values: Values) -> None:
    """Agreed, and nothing is to be done."""


def _opened(client: Client) -> tuple[Connection, Embedded]:
    """What a client has opened.  Raises InternalError."""
    if client.connection is None or client.driver is None:
        raise InternalError.whole("connection not open")
    return client.connection, client.driver


def _register_legacy(
    client: Client, call: Call[..., object], target: object, values: Values
) -> int | None:
    event = call.number_of(values, call.names[0]) if values else 0
    if values:
        _check_event(call, values)
    connection, driver = _opened(client)
    listener = driver.listener
    with client.lock:
        number = listener.register(connection, "domain", event)
        client.legacy.add(number)
    return 1 if call.slot == "connect_domain_event_register" else None


def _deregister(client: Client, call: Call[..., object], target: object, values: Values) -> None:
    number = call.number_of(values, call.names[0])
    _, driver = _opened(client)
    if not driver.listener.deregister(number):
        family = call.slot.removeprefix("connect_").partition("_event_")[0].replace("_", " ")
        family = _CALLED.get(family, family)
        error = InternalError(f"{family} event callback {number} not registered")
        error.domain = FROM_RPC
        raise error


def _deregister_legacy(
    client: Client, call: Call[..., object], target: object, values: Values
) -> int | None:
    event = call.number_of(values, call.names[0]) if values else 0
    if values:
        _check_event(call, values)
    _, driver = _opened(client)
    listener = driver.listener
    numbers = set(listener.numbers("domain", event)) & client.legacy
    if not numbers:
        raise InternalError(f"domain event {event} not registered")
    for number in numbers:
        listener.deregister(number)
        client.legacy.discard(number)
    return 0 if call.slot == "connect_domain_event_deregister" else None


_CALLED = {"domain monitor": "qemu monitor", "secret": "node device"}
"""Families of events that libvirt's daemon calls otherwise when it has no such callback."""
_OWN: dict[str, Callable[[Client, Call[..., object], object, Values], object]] = {
    "connect_open": _open,
    "connect_close": _nothing,
    "connect_supports_feature": _feature,
    "auth_list": lambda client, *_: authentication.ways(client),
    "auth_sasl_init": lambda client, *_: authentication.sasl_init(client),
    "auth_sasl_start": _sasl_start,
    "auth_sasl_step": _sasl_step,
    "auth_polkit": lambda client, *_: authentication.polkit(client),
    "connect_register_close_callback": _nothing,
    "connect_unregister_close_callback": _nothing,
    "connect_set_identity": _nothing,
    "connect_domain_event_register": _register_legacy,
    "connect_domain_event_callback_deregister_any": _deregister,
    "connect_network_event_deregister_any": _deregister,
    "connect_node_device_event_deregister_any": _deregister,
    "connect_secret_event_deregister_any": _deregister,
    "connect_storage_pool_event_deregister_any": _deregister,
    "connect_domain_monitor_event_deregister": _deregister,
    "connect_domain_event_register_any": _register_legacy,
    "connect_domain_event_deregister": _deregister_legacy,
    "connect_domain_event_deregister_any": _deregister_legacy,
}
