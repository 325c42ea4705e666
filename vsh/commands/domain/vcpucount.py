"""vcpucount: how many CPUs a domain has and can have."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import BITS, Flag
from vsh.commands.domain._cpus import count_if_there, count_vcpus
from vsh.errors import CommandError, Error
from vsh.output.document import Text
from vsh.words.domain.cpu import DomainVcpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


KEYS = (
    "maximum_config",
    "maximum_live",
    "maximum_guest",
    "current_config",
    "current_live",
    "current_guest",
)


@command(
    exclusive=(("live", "config"), ("active", "maximum"), ("guest", "config")),
    tells="maximum_config maximum_live maximum_guest current_config current_live current_guest",
)
def vcpucount(
    domain: Domain = DOMAIN,
    maximum: bool = Flag("how many it can have", bit=DomainVcpu.MAXIMUM),
    active: bool = Flag("how many it has"),
    live: bool = Flag("of the running domain", bit=DomainVcpu.LIVE),
    config: bool = Flag("from the next start on", bit=DomainVcpu.CONFIG),
    current: bool = Flag("of the domain as it is now"),
    guest: bool = Flag("how many the guest's agent counts", bit=DomainVcpu.GUEST),
    flags: int = BITS,
) -> Document:
    """Print how many CPUs a domain has and can have.

    Without options all that there is to say is printed.

    Examples:
        vcpucount web1  # all its numbers
        vcpucount web1 --active --live  # one of them, for scripts
    """
    if maximum or active:  # virsh forgives --current where nothing else asks for a number
        for other, given in (("live", live), ("config", config)):
            if current and given:
                raise CommandError(f"Options --current and --{other} are mutually exclusive")
    if not (maximum or active or live or config or current or guest):
        return _all(domain)
    number = count_vcpus(domain, flags)
    which = "guest" if guest else "config" if config else "live" if live else "now"
    kind = "maximum" if maximum else "current"
    key = f"{kind}_{'live' if which == 'now' and domain.id != -1 else which}"
    if which == "now" and domain.id == -1:
        key = f"{kind}_config"
    return Text(f"{number}\n", **{**dict.fromkeys(KEYS), key: number})


def _all(domain: Domain) -> Document:
    """All that there is to say, asked in one go: the live numbers only of a domain that runs."""
    asked = [
        (kind, impact, flag | bit)
        for kind, bit in (("maximum", DomainVcpu.MAXIMUM), ("current", 0))
        for impact, flag in (("config", DomainVcpu.CONFIG), ("live", DomainVcpu.LIVE))
        if impact == "config" or domain.id != -1
    ]
    requests = [domain.get_vcpus_flags.request(flags) for _, _, flags in asked]
    persistent, *answers = domain.connection.many([domain.is_persistent.request(), *requests])
    lines = []
    counts: dict[str, object] = {}
    for (kind, impact, flags), answer in zip(asked, answers, strict=True):
        if impact == "config" and persistent != 1:
            continue
        # an old driver may not know the call, and a domain may have stopped since
        count = count_if_there(domain, flags) if isinstance(answer, Error) else answer
        if count:
            lines.append(f"{kind:12} {impact:12} {count:3}\n")
            counts[f"{kind}_{impact}"] = count
    return Text("".join(lines), **{**dict.fromkeys(KEYS), **counts})
