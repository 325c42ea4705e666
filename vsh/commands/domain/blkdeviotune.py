"""blkdeviotune: limits of what a domain's disk may carry."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Kind, Option, string
from vsh.commands._devices import disk_targets
from vsh.commands.domain._shared import parameter_fields, queried
from vsh.commands.domain._throttle import LIMITS, OLD_NAMES, failing_below, limit_told, parameters
from vsh.errors import CommandError, InvalidArgument, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


def _group(text: str, name: str) -> str:
    with failing_below("Unable to parse group-name parameter"):
        return str(string.convert(text, name))


@command(
    exclusive=IMPACT_EXCLUSIVE,
    old={**OLD_NAMES, "group_name": "group-name"},
    order=("domain", "device", "limits"),
    tells=(
        "total_bytes_sec? read_bytes_sec? write_bytes_sec? total_iops_sec? read_iops_sec? "
        "write_iops_sec? total_bytes_sec_max? read_bytes_sec_max? write_bytes_sec_max? "
        "total_iops_sec_max? read_iops_sec_max? write_iops_sec_max? size_iops_sec? "
        "group_name? total_bytes_sec_max_length_ns? read_bytes_sec_max_length_ns? "
        "write_bytes_sec_max_length_ns? total_iops_sec_max_length_ns? "
        "read_iops_sec_max_length_ns? write_iops_sec_max_length_ns? params? | done"
    ),
)
def blkdeviotune(
    domain: Domain = DOMAIN,
    device: str = Argument("target or source of the disk", complete=disk_targets),
    group_name: str | None = Option(
        "name of a group of disks that share the limits", kind=Kind("string", _group)
    ),
    limits: dict[str, int | None] = LIMITS,
    impact: int = impact(),
) -> Document | None:
    """Print or set the limits of what a disk may carry.

    Sizes may have a suffix (10M).  0 takes a limit away.

    Examples:
        blkdeviotune web1 vda  # the limits of the disk
        blkdeviotune web1 vda --total-iops-sec 500 --total-iops-sec-max 900  # requests a second
    """
    params = parameters(limits, group_name)
    if not params:
        return _present(domain, device, impact)
    with failing("Unable to change block I/O throttle"):
        domain.set_block_io_tune(device, params, impact)
    return None


def _present(domain: Domain, device: str, impact: int) -> Document:
    what = "block I/O throttle parameters"
    try:
        return parameter_fields(
            queried(domain, lambda: domain.get_block_io_tune(device, impact), what), told=limit_told
        )
    except CommandError as error:
        cause = error.__cause__
        if not isinstance(cause, InvalidArgument) or "number" in error.message:
            raise
        # the disk is what is wrong, not the domain
        raise CommandError(f"Unable to get {what}") from error.__cause__
