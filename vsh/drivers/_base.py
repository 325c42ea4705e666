"""What every driver is: an object with one method per call it can answer."""

from __future__ import annotations

from vsh.errors import Error, InvalidArgument, NoSupport, OperationDenied, from_wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api._call import Call, Request
    from vsh.api.domain import Domain
    from vsh.api.event import Event


def bare(code: int, text: str) -> Error:
    """An error whose text is whole: nothing is put before it."""
    return from_wire(code, 0, text)


def check_readonly(call: Call[..., Any], values: tuple[Any, ...]) -> None:
    """Refuse what a read-only connection must not do, as libvirt's public layer does.

    Raises OperationDenied.
    """
    for name in call.options.get("secure", ()):
        if values[-1] & call.word(name):
            raise OperationDenied(f"{call.api} with secure flag")
    refused = "secure" not in call.options and "agent" not in call.options and not call.reads_only
    for parameter, name in call.options.get("agent", {}).items():
        given, word = values[call.names.index(parameter)], call.word(name, parameter)
        refused = bool(given & word) if parameter == "flags" else given == word
    if refused:
        raise OperationDenied(f"read only access prevents {call.api}")


def check_flags(call: Call[..., Any], values: tuple[Any, ...]) -> None:
    """Refuse values that cannot be meant, as libvirt's public layer does before any driver.

    The stub declares them: ``needs``, ``least``, ``exclusive`` and ``requires`` of ``Call``.
    """
    for value, text in call.options.get("needs", {}).items():
        if not values[call.names.index(value)]:
            raise InvalidArgument.whole(text.replace("%s", call.api))
    for value, (least, text) in call.options.get("least", {}).items():
        if values[call.names.index(value)] < least:
            raise InvalidArgument.whole(text.replace("%s", call.api))
    if "flags" not in call.names:
        return
    for _, text in call.conflicts(values[call.names.index("flags")]):
        raise InvalidArgument.whole(text)


class Driver:
    """One open connection to a hypervisor.

    A subclass has a method for each call it answers, named like the call's slot and taking the
    target object and then the values in the stub's order: ``domain_suspend(self, domain)``.
    ``readonly`` and ``uri`` are set where it is opened.
    """

    readonly = False
    alive = True  # False once the peer has gone; never for a driver that has no peer
    close_reason: int | None = None  # why the peer has gone (virConnectCloseReason), if it has
    text_max: int | None = (
        None  # bytes of the longest text that can be handed over, if there is one
    )
    on_this_host = True  # whether the hypervisor sees this host's files
    keeps_alive = False  # whether the driver can test that its peer is still there
    uri = ""
    error_domain = 0  # libvirt's number for the part that this driver's errors come from

    def call(self, call: Call[..., Any], target: Any, values: tuple[Any, ...]) -> Any:
        """Answer one call.  Raises NoSupport where there is no method for it."""
        if self.readonly:
            check_readonly(call, values)
        if call.guarded:
            check_flags(call, values)
        method = getattr(self, call.slot, None)
        if method is None:
            raise NoSupport(call.api)
        try:
            return method(target, *values)
        except Error as error:
            if not error.domain:
                error.domain = self.error_domain
            raise

    def many(self, requests: Iterable[Request[Any]]) -> list[Any]:
        """Answer independent calls, in order; a call that fails gives its Error instead of a value.

        A driver with a link to cross keeps them in flight together.
        """
        answers: list[Any] = []
        for request in requests:
            try:
                answers.append(self.call(*request))
            except Error as error:
                answers.append(error)
        return answers

    def domain_states(self, domains: list[Domain]) -> list[tuple[int, int] | Error]:
        """State and reason of each of many domains.

        A domain that has gone has its Error instead.
        """
        answers = self.many(domain.get_state.request() for domain in domains)
        return [answer if isinstance(answer, Error) else tuple(answer) for answer in answers]

    def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for; None if none comes within so many seconds.

        None as ``timeout`` waits for ever.  A driver that takes registrations overrides this.
        """
        return None

    def close(self) -> None:
        """Let go of whatever the driver holds."""
