"""node-memory-tune: how the host merges equal pages of memory."""

from __future__ import annotations

from vsh.api.types import TypedParams
from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Option, uint32
from vsh.commands._typed import typed_texts
from vsh.errors import failing
from vsh.output.document import Numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


SLEEP = "shm_sleep_millisecs"


@command(
    tells=(
        "shm_pages_to_scan? shm_sleep_ns? shm_pages_shared? shm_pages_sharing? "
        "shm_pages_unshared? shm_pages_volatile? shm_full_scans? shm_merge_across_nodes? "
        "params? | done"
    )
)
def node_memory_tune(
    shm_pages_to_scan: int | None = Option(
        "pages to look at before a sleep", kind=uint32, by_place=True
    ),
    shm_sleep_millisecs: int | None = Option(
        "milliseconds to sleep before the next scan", kind=uint32, by_place=True
    ),
    shm_merge_across_nodes: int | None = Option(
        "whether pages of different NUMA cells are merged", kind=uint32, by_place=True
    ),
    connection: Connection = CONNECTION,
) -> Document | None:
    """Print or set the parameters of memory sharing between guests.

    Without options they are printed.

    Examples:
        node-memory-tune  # how memory pages are shared
        node-memory-tune --shm-pages-to-scan 200  # scan more of them
    """
    params = TypedParams()
    for name, value in (
        ("shm_pages_to_scan", shm_pages_to_scan),
        ("shm_sleep_millisecs", shm_sleep_millisecs),
        ("shm_merge_across_nodes", shm_merge_across_nodes),
    ):
        if value is not None:
            params.set(name, "uint", value)
    if params:
        with failing("Unable to change memory parameters"):
            connection.node_set_memory_parameters(params)
        return None
    with failing("Unable to get number of memory parameters"):
        found = connection.node_get_memory_parameters()
    if not found:
        return None
    lines = "".join(f"\t{name:15} {text}\n" for name, text in typed_texts(found))
    told = {("shm_sleep_ns" if name == SLEEP else name): value for name, value in found.items()}
    if SLEEP in found:
        told["shm_sleep_ns"] = found[SLEEP] * 1000000
    return Numbers(f"Shared memory:\n{lines}", **told)
