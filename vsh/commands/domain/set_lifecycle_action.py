"""set-lifecycle-action: what is done when a guest powers off, reboots or crashes."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands.domain._shared import late_domain
from vsh.errors import CommandError, failing
from vsh.words.domain.lifecycle import DomainLifecycle, DomainLifecycleAction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain


TYPES = DomainLifecycle.words()
ACTIONS = DomainLifecycleAction.words()[: DomainLifecycleAction.PRESERVE_RUNNING]  # as virsh


@command(exclusive=IMPACT_EXCLUSIVE)
def set_lifecycle_action(
    domain: Callable[[], Domain] = late_domain(),
    type: str = Argument("when: poweroff, reboot or crash", complete=TYPES),
    action: str = Argument("what is done then", complete=ACTIONS),
    impact: int = impact(),
) -> None:
    """Set what is done when a guest powers off, reboots or crashes.

    Not all hypervisors can do it while the guest runs.

    Examples:
        set-lifecycle-action web1 reboot destroy --config  # off where it would boot again
    """
    if type not in TYPES:
        raise CommandError(f"Invalid lifecycle type '{type}'.", hint=", ".join(TYPES))
    if action not in ACTIONS:
        raise CommandError(f"Invalid lifecycle action '{action}'.", hint=", ".join(ACTIONS))
    found = domain()
    with failing("Unable to change lifecycle action."):
        found.set_lifecycle_action(TYPES.index(type), ACTIONS.index(action), impact)
