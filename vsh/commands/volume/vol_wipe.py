"""vol-wipe: overwrite a volume."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Option
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._progress import followed
from vsh.errors import CommandError, NoSupport, failing
from vsh.output.document import Done
from vsh.words.volume import StorageVolWipeAlgorithm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


ALGORITHMS = StorageVolWipeAlgorithm.words()


@command(loses="wipe", tells="done volume pool")
def vol_wipe(
    vol: str = VOLUME,
    pool: str | None = VOLUME_POOL,
    algorithm: str | None = Option("how to overwrite it", by_place=True, complete=ALGORITHMS),
    session: Session = SESSION,
) -> Document:
    """Overwrite a volume, so that what it held cannot be read any more.

    With zeros, unless another algorithm is named.

    Examples:
        vol-wipe data.qcow2 --pool images  # zeros over all of it
    """
    volume = find_volume(session, vol, pool)
    if algorithm is not None and algorithm not in ALGORITHMS:
        raise CommandError(
            f"Unsupported algorithm '{algorithm}'", hint="one of " + ", ".join(ALGORITHMS)
        )
    number = ALGORITHMS.index(algorithm) if algorithm else 0
    with failing(f"Failed to wipe vol {vol}"), followed(session, "Wipe"):
        try:
            volume.wipe_pattern(number)
        except NoSupport:
            if number:
                raise
            volume.wipe()  # the older call: zeros
    return Done("Vol {called} wiped", volume=volume.name, pool=volume.pool, called=vol)
