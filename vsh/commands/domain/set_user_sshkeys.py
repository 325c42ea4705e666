"""set-user-sshkeys: the SSH keys that a guest's user lets in."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, file_names
from vsh.cli.params import BITS, Argument, Flag
from vsh.commands._files import read_text
from vsh.errors import CommandError
from vsh.words.domain.guest import DomainAuthorizedSSHKeysSet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(requires={"remove": "file"})
def set_user_sshkeys(
    domain: Domain = ACTIVE_DOMAIN,
    user: str = Argument("the guest's user"),
    file: str | None = Argument("file with keys, one a line", required=False, complete=file_names),
    reset: bool = Flag("these keys, and no others, from now on"),
    remove: bool = Flag("take these keys away", bit=DomainAuthorizedSSHKeysSet.REMOVE),
    flags: int = BITS,
) -> None:
    """Add SSH keys that a guest's user lets in, replace them, or take some away.

    Needs the agent in the guest.

    Examples:
        set-user-sshkeys web1 root keys.pub  # add these keys
        set-user-sshkeys web1 root keys.pub --remove  # and take them away
    """
    if reset and remove:  # said after what --remove requires
        raise CommandError("Options --reset and --remove are mutually exclusive")
    if file is None and not reset:
        raise CommandError("Option --file is required")
    keys = read_text(file).split("\n") if file is not None else []
    if file is not None and keys == [""]:
        raise CommandError(f"File {file} contains no keys")
    if not remove and not reset:
        flags = DomainAuthorizedSSHKeysSet.APPEND
    domain.authorized_ssh_keys_set(user, keys, flags)
