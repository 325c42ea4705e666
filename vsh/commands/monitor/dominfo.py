"""dominfo: what a domain is, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Flag
from vsh.commands._states import id_word, shown_id
from vsh.errors import Error, NoSupport
from vsh.output.document import Fields
from vsh.words.domain.state import state_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


NO_LIMIT = 2**32 - 1


@command(
    tells=(
        "id name uuid os_type? state vcpus cpu_time_ns? max_memory_bytes "
        "memory_bytes persistent autostart autostart_once? managed_save "
        "security_model? security_doi? security_label? security_enforcing? messages? "
        "title? description? up_ns? machine? arch? firmware? boot? cpu_model? disks? "
        "interfaces? displays? consoles? devices? snapshots? current_snapshot? checkpoints?"
    )
)
def dominfo(
    domain: Domain = DOMAIN,
    full: bool = Flag("also machine, disk sizes, all addresses, other devices", extra=True),
    session: Session = SESSION,
) -> Document:
    """Print basic information about a domain.

    Its names, state, CPUs, memory, how it starts, and its security label.

    Examples:
        dominfo web1  # state, CPUs, memory, how it starts
        dominfo web1 --full  # all there is to say
    """
    connection = domain.connection
    (os_type, info, persistent, autostart, autostart_once, saved, model, label, messages) = (
        connection.many(
            [
                domain.get_os_type.request(),
                domain.get_info.request(),
                domain.is_persistent.request(),
                domain.get_autostart.request(),
                domain.get_autostart_once.request(),
                domain.has_managed_save_image.request(),
                connection.node_get_security_model.request(),
                domain.get_security_label.request(),
                domain.get_messages.request(),
            ]
        )
    )
    fields = Fields()
    fields.add("Id:", shown_id(id_word(domain)), id=id_word(domain))
    fields.add("Name:", domain.name, name=domain.name)
    fields.add("UUID:", domain.uuid, uuid=domain.uuid)
    if not isinstance(os_type, Error):
        fields.add("OS Type:", os_type, os_type=os_type)
    if not isinstance(info, Error):
        _add_info(fields, info)
    _add_switch(fields, "Persistent:", ("no", "yes"), persistent, "persistent")
    if not isinstance(autostart, Error):
        _add_switch(fields, "Autostart:", ("disable", "enable"), autostart, "autostart")
    if not isinstance(autostart_once, Error):
        _add_switch(
            fields, "Autostart Once:", ("disable", "enable"), autostart_once, "autostart_once"
        )
    _add_switch(fields, "Managed save:", ("no", "yes"), saved, "managed_save")
    failed = _add_security(fields, model, label)
    if failed is None:
        _add_messages(fields, messages)
        failed = info if isinstance(info, Error) else None
    if failed is not None:
        session.show(fields)
        raise failed
    if session.people or full:
        from vsh.commands.monitor._facts import facts

        return facts(domain, fields, full=full)
    return fields


def _add_info(fields: Fields, info: Any) -> None:
    state = state_word(info.state)
    fields.add("State:", state, state=state)
    fields.add("CPU(s):", info.nrVirtCpu, vcpus=info.nrVirtCpu)
    if info.cpuTime:
        fields.add("CPU time:", f"{info.cpuTime / 1000000000:.1f}s", cpu_time_ns=info.cpuTime)
    limited = info.maxMem != NO_LIMIT
    fields.add(
        "Max memory:",
        f"{info.maxMem} KiB" if limited else "no limit",
        max_memory_bytes=info.maxMem * 1024 if limited else None,
    )
    fields.add("Used memory:", f"{info.memory} KiB", memory_bytes=info.memory * 1024)


def _add_switch(
    fields: Fields, label: str, words: tuple[str, str], value: object, key: str
) -> None:
    if isinstance(value, Error):
        fields.add(label, "unknown", **{key: None})
    else:
        fields.add(label, words[bool(value)], **{key: bool(value)})


def _add_security(fields: Fields, model: Any, label: Any) -> Error | None:
    """The security model, where there is one, and the label; what went wrong."""
    if isinstance(model, Error):
        return None if isinstance(model, NoSupport) else model
    if not model.model:
        return None
    fields.add("Security model:", model.model, security_model=model.model)
    fields.add("Security DOI:", model.doi, security_doi=model.doi or None)
    if isinstance(label, Error):
        return label
    if label.label:
        word = "enforcing" if label.enforcing else "permissive"
        fields.add(
            "Security label:",
            f"{label.label} ({word})",
            security_label=label.label,
            security_enforcing=bool(label.enforcing),
        )
    return None


def _add_messages(fields: Fields, messages: Any) -> None:
    if isinstance(messages, Error):
        return
    for number, message in enumerate(messages):
        fields.add("" if number else "Messages:", message, messages=messages)
