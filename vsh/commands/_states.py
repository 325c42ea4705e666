"""The words that virsh has for a domain's state, for why it is in it, and for its id."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain

STATES = (
    "no state",
    "running",
    "idle",
    "paused",
    "in shutdown",
    "shut off",
    "crashed",
    "pmsuspended",
)
"""By virDomainState."""

REASONS = (
    ("unknown",),
    (
        "unknown",
        "booted",
        "migrated",
        "restored",
        "from snapshot",
        "unpaused",
        "migration canceled",
        "save canceled",
        "event wakeup",
        "crashed",
        "post-copy",
        "post-copy failed",
    ),
    ("unknown",),
    (
        "unknown",
        "user",
        "migrating",
        "saving",
        "dumping",
        "I/O error",
        "watchdog",
        "from snapshot",
        "shutting down",
        "creating snapshot",
        "crashed",
        "starting up",
        "post-copy",
        "post-copy failed",
        "api error",
    ),
    ("unknown", "user"),
    (
        "unknown",
        "shutdown",
        "destroyed",
        "crashed",
        "migrated",
        "saved",
        "failed",
        "from snapshot",
        "daemon",
    ),
    ("unknown", "panicked"),
    ("unknown",),
)
"""By virDomainState, then by the reason's number in that state."""


def state_word(state: int) -> str:
    """The word for a state; a number that is newer than this program is "no state"."""
    return STATES[state] if 0 <= state < len(STATES) else STATES[0]


def reason_word(state: int, reason: int) -> str:
    """The word for why a domain is in a state."""
    reasons = REASONS[state] if 0 <= state < len(REASONS) else ()
    return reasons[reason] if 0 <= reason < len(reasons) else "unknown"


def id_word(domain: Domain) -> str | None:
    """The id of a running domain, as a word: it names, it does not count.  None if it is not
    running."""
    return None if domain.id == -1 else str(domain.id)


def shown_id(word: str | None) -> str:
    """How an id is shown: a hyphen stands for none."""
    return "-" if word is None else word
