"""What every driver is: an object with one method per call it can answer."""

from __future__ import annotations

from vsh.errors import Error, NoSupport, OperationDenied, from_wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.api._call import Call
    from vsh.api.domain import Domain
    from vsh.api.event import Event

# What read-only connections may ask: calls that need no other permission than these.
_READING = {"read", "read_secure", "getattr", "none"}
_SECURE_TEXTS = {
    "domain_get_xml_desc",
    "domain_snapshot_get_xml_desc",
    "domain_checkpoint_get_xml_desc",
    "domain_managed_save_get_xml_desc",
}


def bare(code: int, text: str) -> Error:
    """An error whose text is whole: nothing is put before it."""
    return from_wire(code, 0, text)


def reads_only(call: Call) -> bool:
    """Whether libvirt lets read-only connections make this call, whatever its values."""
    stated = call.options.get("readonly")
    if stated is not None:
        return bool(stated)
    rules = (call.acl,) if isinstance(call.acl, str) else call.acl
    for rule in rules:
        permission = rule.split(":")[1] if ":" in rule else rule
        if permission not in _READING and not permission.startswith("search_"):
            return False
    return True


def check_readonly(call: Call, values: tuple[Any, ...]) -> None:
    """Refuse what a read-only connection must not do, as libvirt's public layer does.

    Raises OperationDenied.
    """
    slot = call.slot
    refused = not reads_only(call)
    if slot in _SECURE_TEXTS:
        if values and values[-1] & 1:
            raise OperationDenied(f"{call.api} with secure flag")
        refused = False
    elif slot == "domain_get_vcpus_flags":
        refused = bool(values[-1] & 8)  # asks the guest's agent
    elif slot == "domain_interface_addresses":
        refused = values[0] == 1  # asks the guest's agent
    if refused:
        raise OperationDenied(f"read only access prevents {call.api}")


def check_flags(call: Call, values: tuple[Any, ...]) -> None:
    """Refuse values that cannot be meant, as libvirt's public layer does before any driver.

    The stub declares them: ``needs={value: text}`` for values that must not be zero or empty, and
    ``exclusive=[(bit, name, bit, name)]`` and ``requires=[(bit, name, needed bit, needed name)]``
    about its value called ``flags``.
    """
    for value, text in call.options.get("needs", {}).items():
        if not values[call.names.index(value)]:
            raise bare(8, text.replace("%s", call.api))
    if "flags" not in call.names:
        return
    flags = values[call.names.index("flags")]
    for bit, name, needed, needed_name in call.options.get("requires", ()):
        if flags & bit and not flags & needed:
            raise bare(8, f"Flag '{needed_name}' is required by flag '{name}'")
    for bit, name, other, other_name in call.options.get("exclusive", ()):
        if flags & bit and flags & other:
            raise bare(8, f"Flags '{name}' and '{other_name}' are mutually exclusive")


class Driver:
    """One open connection to a hypervisor.

    A subclass has a method for each call it answers, named like the call's slot and taking the
    target object and then the values in the stub's order: ``domain_suspend(self, domain)``.
    ``readonly`` and ``uri`` are set where it is opened.
    """

    readonly = False
    alive = True  # False once the peer has gone; never for a driver that has no peer
    close_reason: int | None = None  # why the peer has gone (virConnectCloseReason), if it has
    keeps_alive = False  # whether the driver can test that its peer is still there
    uri = ""
    error_domain = 0  # libvirt's number for the part that this driver's errors come from

    def call(self, call: Call, target: Any, values: tuple[Any, ...]) -> Any:
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

    def many(self, requests: Iterable[tuple[Call, Any, tuple[Any, ...]]]) -> list[Any]:
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
