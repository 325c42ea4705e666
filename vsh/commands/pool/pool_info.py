"""pool-info: what a storage pool is, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag
from vsh.cli.storage import POOL
from vsh.commands._listing import fact, yes_no
from vsh.commands.pool._shared import WITH_SIZES, size_text, state_word
from vsh.errors import Error
from vsh.output.document import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(
    tells=(
        "name uuid state active persistent autostart capacity_bytes? allocation_bytes? "
        "available_bytes?"
    )
)
def pool_info(
    pool: Pool = POOL, bytes: bool = Flag("print sizes in bytes"), session: Session = SESSION
) -> Document:
    """Print basic information about a storage pool.

    Its names, its state, how it starts, and its sizes.

    Examples:
        pool-info images  # its state and room
        pool-info images --bytes  # in bytes, for scripts
    """
    info, persistent, autostart = pool.connection.many(
        (pool.get_info.request(), pool.is_persistent.request(), pool.get_autostart.request())
    )
    fields = Fields()
    fields.add("Name:", pool.name, name=pool.name)
    fields.add("UUID:", pool.uuid, uuid=pool.uuid)
    if isinstance(info, Error):
        session.show(fields)
        raise info
    state = state_word(info.state)
    fields.add("State:", state, state=state, active=state != "inactive")
    fields.add("Persistent:", yes_no(fact(persistent)), persistent=fact(persistent))
    fields.add("Autostart:", yes_no(fact(autostart)), autostart=fact(autostart))
    if info.state in WITH_SIZES:
        for name in ("capacity", "allocation", "available"):
            size = getattr(info, name)
            shown = size if bytes else size_text(size)
            fields.add(f"{name.capitalize()}:", shown, **{f"{name}_bytes": size})
    return fields
