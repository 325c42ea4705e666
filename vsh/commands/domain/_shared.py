"""What the commands about domains share: late look-ups, flags of device changes, parameter lists.

Rule: a command that virsh lets fail (or print something) before it looks for the domain takes
``late_domain()``: the function then gets a callable instead of a domain.  Where only the order of
options differs, ``@command(order=...)`` says it.
"""

from __future__ import annotations

from vsh.cli.objects import domain_argument, file_names, find_domain
from vsh.cli.params import Argument, Flag, anything, declared, param_of, string
from vsh.commands._typed import typed_texts
from vsh.errors import CommandError, Error, NoSupport, OperationInvalid
from vsh.output.document import Fields
from vsh.words.domain import DomainModificationImpact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.api.types import TypedParams
    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.words.domain.lifecycle import DomainReboot, DomainShutdown

LIVE, CONFIG = DomainModificationImpact.LIVE, DomainModificationImpact.CONFIG

PERSISTENT = Flag("make a change of the running domain last")
DEVICE_FILE = Argument("file with the device's XML element", complete=file_names)


def late_domain(
    help: str = "domain name, id or uuid", *, complete: int | str = 0
) -> Callable[[], Domain]:
    """A domain by position that is looked up when the command calls it."""
    param = param_of(domain_argument(help, complete=complete))

    def resolve(session: Session, text: str, name: str) -> Callable[[], Domain]:
        def look_up() -> Domain:
            found = find_domain(session, string.convert(text, name))
            setattr(found, "called", text)
            setattr(look_up, "found", found)
            return found

        return look_up

    param.resolve = resolve
    param.kind = anything
    later: Callable[[], Domain] = declared(param)
    return later


LATE_ACTIVE_DOMAIN = late_domain(complete="ACTIVE")


def modify_flags(domain: Domain, impact: int, *, persistent: bool) -> int:
    """The flags of a device change; --persistent is --config, and --live where the domain runs."""
    if not persistent:
        return impact
    return impact | CONFIG | (LIVE if domain.is_active() == 1 else 0)


def attach(domain: Domain, xml: str, flags: int, *, current: bool) -> None:
    """Attach a device; without any impact option the older call decides."""
    if flags or current:
        domain.attach_device_flags(xml, flags)
    else:
        domain.attach_device(xml)


def detach(domain: Domain, xml: str, flags: int, *, current: bool) -> None:
    """Detach a device; without any impact option the older call decides."""
    if flags or current:
        domain.detach_device_flags(xml, flags)
    else:
        domain.detach_device(xml)


def parameter_fields(
    params: TypedParams,
    width: int = 15,
    *,
    words: dict[str, tuple[str, Any]] | None = None,
    told: Callable[[str, Any], tuple[str, object]] = lambda name, value: (name, value),
) -> Fields:
    """Parameters one a line, "name: value".

    words  what is shown instead of some values, and what is their value in structured formats
    told   makes key and value in structured formats of a name and its value; what has no key of
           the dictionary then stands among ``params``
    """
    fields = Parameters(width + 1)
    for name, text in typed_texts(params):
        value = params[name]
        if words and name in words:
            text, value = words[name]
        key, value = told(name, value)
        fields.add(f"{name:{width}}:", text, **{key: None if value == "" else value})
    return fields


class Parameters(Fields):
    """Fields of which a hypervisor says what there are."""

    __slots__ = ()

    def data(self) -> object:
        from vsh.output.keys import known

        return known(self.values())


def queried(domain: Domain, ask: Callable[[], object], what: str) -> Any:
    """The parameters that ``ask`` gives.  Raises CommandError in the words of virsh.

    virsh asks for their number first, and has another text where that already fails: where there is
    no such call, flags contradict each other (only a daemon looks at those of interfaces then), or
    a daemon (but for blkio) finds the domain at rest, or without a configuration, as do real guests
    of this process.
    """
    try:
        return ask()
    except Error as error:
        driver = domain.connection.driver
        asks_a_daemon = driver.keeps_alive or driver.name == "QEMU"
        absent = ("is not running", "transient domains do not have any persistent config")
        at_rest = isinstance(error, OperationInvalid) and error.message.endswith(absent)
        first = (
            isinstance(error, NoSupport)
            or (error.message.startswith("Flags ") and (asks_a_daemon or "interface" not in what))
            or (at_rest and asks_a_daemon and "blkio" not in what)
        )
        raise CommandError(f"Unable to get {'number of ' if first else ''}{what}") from error


def listed(words: Iterable[str]) -> Any:
    """A completer of comma-separated lists of some words."""
    known = tuple(words)

    def complete(session: Session, text: str, given: Given) -> list[str]:
        before, comma, _ = text.rpartition(",")
        used = before.split(",")
        return [before + comma + word for word in known if word not in used]

    return complete


MODES = {
    "acpi": "ACPI_POWER_BTN",
    "agent": "GUEST_AGENT",
    "initctl": "INITCTL",
    "signal": "SIGNAL",
    "paravirt": "PARAVIRT",
}
"""The ways to ask a guest to reboot or shut down, and the names of their flags."""

MODE = Argument(f"how to ask: a list of {', '.join(MODES)}", required=False, complete=listed(MODES))


def modes(text: str | None, flags: type[DomainShutdown | DomainReboot], last: str) -> int:
    """The ``flags`` of a comma-separated list of modes.  Raises CommandError."""
    found = 0
    for mode in text.split(",") if text else ():
        if mode not in MODES:
            raise CommandError(
                f"Unknown mode {mode} value, expecting 'acpi', 'agent', 'initctl', "
                f"'signal'{last} 'paravirt'"
            )
        found |= getattr(flags, MODES[mode])
    return found
