"""blkiotune: a domain's share of the host's block devices."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option, anything, decimal, int32
from vsh.commands.domain._shared import parameter_fields, queried
from vsh.errors import CommandError, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=IMPACT_EXCLUSIVE,
    tells=(
        "weight? device_weight? device_read_iops_sec? device_write_iops_sec? "
        "device_read_bytes_sec? device_write_bytes_sec? params? | done"
    ),
)
def blkiotune(
    domain: Domain = DOMAIN,
    weight: int | None = Option("share, from 10 to 1000", kind=int32, by_place=True),
    device_weights: str | None = Option(
        "shares by device: /path,weight,/path,weight", kind=anything, by_place=True
    ),
    device_read_iops_sec: str | None = Option(
        "limits of read requests: /path,number", kind=anything, by_place=True
    ),
    device_write_iops_sec: str | None = Option(
        "limits of write requests: /path,number", kind=anything, by_place=True
    ),
    device_read_bytes_sec: str | None = Option(
        "limits of bytes read: /path,number", kind=anything, by_place=True
    ),
    device_write_bytes_sec: str | None = Option(
        "limits of bytes written: /path,number", kind=anything, by_place=True
    ),
    impact: int = impact(),
) -> Document | None:
    """Print or set what a domain may use of the host's block devices.

    Weights are shares of a device that is busy; the other limits hold always.

    Examples:
        blkiotune web1  # what it may use
        blkiotune web1 --weight 500 --config  # half of the usual share, from the next start on
    """
    params = TypedParams()
    if weight is not None:
        if weight <= 0:
            raise CommandError(f"Invalid value of {weight} for I/O weight", hint="10 to 1000")
        params.set("weight", "uint", weight)
    for name, value in (
        ("device_weight", device_weights),
        ("device_read_iops_sec", device_read_iops_sec),
        ("device_write_iops_sec", device_write_iops_sec),
        ("device_read_bytes_sec", device_read_bytes_sec),
        ("device_write_bytes_sec", device_write_bytes_sec),
    ):
        if value is not None:
            if not value:
                raise CommandError("Unable to parse string parameter")
            params.set(name, "string", value)
    if params:
        with failing("Unable to change blkio parameters"):
            domain.set_blkio_parameters(params, impact)
        return None
    found = queried(domain, lambda: domain.get_blkio_parameters(impact), "blkio parameters")
    return parameter_fields(found, told=_told)


def _told(name: str, value: object) -> tuple[str, object]:
    """Limits of devices as a list: libvirt has them as "/path,limit,/path,limit"."""
    if not (name.startswith("device_") and isinstance(value, str)):
        return name, value
    words = value.split(",") if value else []
    pairs = zip(words[::2], words[1::2], strict=False)
    return name, [{"path": path, "value": decimal(number)} for path, number in pairs]
