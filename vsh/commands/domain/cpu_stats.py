"""cpu-stats: CPU time that a domain has used."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, SESSION
from vsh.cli.params import Flag, Option, int32
from vsh.commands._typed import typed_text
from vsh.errors import CommandError, failing
from vsh.output.document import Shaped, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


CHUNK = 128
TIMES = ("cpu_time", "vcpu_time", "user_time", "system_time")


@command(tells="domain cpus total")
def cpu_stats(
    domain: Domain = DOMAIN,
    total: bool = Flag("only the total"),
    start: int | None = Option(
        "show CPUs of the host from this number on", kind=int32, by_place=True
    ),
    count: int | None = Option("show so many CPUs", kind=int32, by_place=True),
    session: Session = SESSION,
) -> Document | Iterator[Document]:
    """Print the CPU time that a domain has used, on each of the host's CPUs and in total.

    --start and --count pick CPUs of the host; without options all is printed.

    Examples:
        cpu-stats web1 --total  # the time of all CPUs together
    """
    documents = _stats(domain, start, count, total=total)
    if session.format == "plain" or session.people:
        return documents
    told: dict[str, object] = {"domain": domain.name, "cpus": None, "total": None}
    for document in documents:
        if isinstance(document, Text):
            told.update(document.values)
    return Shaped("", told)


def _stats(
    domain: Domain, start: int | None, count: int | None, *, total: bool
) -> Iterator[Document]:
    if start is not None and start < 0:
        raise CommandError("Invalid value for start CPU")
    if count is not None and count < 0:
        raise CommandError("Invalid value for number of CPUs to show")
    each = start is not None or count is not None
    if not each and not total:
        each = total = True
    with failing(f"Failed to retrieve CPU statistics for domain '{domain.name}'"):
        parameters = domain.get_cpu_stats(0, 0, 1, 0).nparams if each else 0
        cpus = domain.get_cpu_stats(0, 0, 0, 0).nparams if each else 0
    if each:
        yield from _each(domain, start or 0, count, cpus, parameters)
        if not parameters and not total:
            raise CommandError("")
    if total:
        yield from _total(domain)


def _each(
    domain: Domain, start: int, count: int | None, cpus: int, parameters: int
) -> Iterator[Document]:
    if start >= cpus:
        raise CommandError(f"Start CPU {start} is out of range (min: 0, max: {cpus - 1})")
    if count is None or count > cpus:
        if count is not None:
            yield Text(f"Only {cpus} CPUs available to show\n")
        count = cpus - start
    if not parameters:
        yield Text("No per-CPU stats available")
        return
    lines = []
    shown = []
    while count > 0:
        size = min(count, CHUNK)
        with failing(f"Failed to retrieve CPU statistics for domain '{domain.name}'"):
            found = domain.get_cpu_stats(parameters, start, size, 0)
        for place in range(0, len(found.params), found.nparams or 1):
            cpu = start + place // (found.nparams or 1)
            part = found.params[place : place + found.nparams]
            lines.append(f"CPU{cpu}:\n" + "".join(_text(param) for param in part))
            shown.append({"cpu": cpu, **_values(part)})
        start += size
        count -= size
    yield Text("".join(lines), cpus=shown)


def _total(domain: Domain) -> Iterator[Document]:
    with failing(f"Failed to retrieve CPU statistics for domain '{domain.name}'"):
        parameters = domain.get_cpu_stats(0, -1, 1, 0).nparams
        if not parameters:
            yield Text("No total stats available")
            raise CommandError("")
        found = domain.get_cpu_stats(parameters, -1, 1, 0)
    yield Text(
        "Total:\n" + "".join(_text(param) for param in found.params), total=_values(found.params)
    )


def _values(params: list[Any]) -> dict[str, Any]:
    return {f"{param.name}_ns" if _timed(param) else param.name: param.value for param in params}


def _timed(param: Any) -> bool:
    return param.name in TIMES and param.kind == "ullong"


def _text(param: Any) -> str:
    if _timed(param):
        seconds, rest = divmod(param.value, 1000000000)
        return f"\t{param.name:12} {seconds:9}.{rest:09} seconds\n"
    return f"\t{param.name:12} {typed_text(param.kind, param.value)}\n"
