"""hypervisor-cpu-baseline: the CPU that guests on several hosts can have in common."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Flags, Option
from vsh.commands.host._shared import architectures, cpu_definitions, machines, virtualizers
from vsh.errors import CommandError
from vsh.output.document import Xml
from vsh.words.connection import BaselineCPU

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.params import Given
    from vsh.cli.session import Session
    from vsh.output.document import Document


def _models(session: Session, text: str, given: Given) -> Iterable[str]:
    models: Iterable[str] = session.connection.get_cpu_model_names(given.get("arch") or "x86_64")
    return models


@command(tells="xml document")
def hypervisor_cpu_baseline(
    file: str | None = Option("file with CPU definitions", by_place=True, complete=file_names),
    virttype: str | None = Option("type of domain", by_place=True, complete=virtualizers),
    emulator: str | None = Option("path of the emulator", by_place=True, complete=file_names),
    arch: str | None = Option("architecture of the CPUs", by_place=True, complete=architectures),
    machine: str | None = Option("machine type", by_place=True, complete=machines),
    flags: int = Flags(
        BaselineCPU,
        features=("also show the features that are part of the model", "EXPAND_FEATURES"),
        migratable="leave out features that a guest cannot migrate with",
        ignore_host="compute the result from the given CPUs alone",
    ),
    model: str | None = Option("a CPU model, in place of a file", by_place=True, complete=_models),
    session: Session = SESSION,
) -> Document:
    """Print the CPU that the hypervisor can offer in place of all the given ones.

    Unlike cpu-baseline it heeds what the hypervisor, and not only the host, can do.

    Examples:
        hypervisor-cpu-baseline hosts.xml --virttype kvm
            # the CPU that guests can have on all of them
    """
    if file is not None and model is not None:
        raise CommandError("Options --file and --model are mutually exclusive")
    if file is not None:
        cpus = cpu_definitions(file, session)
    elif model is not None:
        from vsh.xml.engine.text import escape

        cpus = [f"<cpu><model>{escape(model)}</model></cpu>"]
    else:
        raise CommandError("Either --file or --model must be provided")
    return Xml(
        session.connection.baseline_hypervisor_cpu(emulator, arch, machine, virttype, cpus, flags)
    )
