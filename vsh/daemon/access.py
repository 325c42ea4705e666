"""Access rules of the daemon: what each client may do to which object.

``access_drivers`` of the settings names who decides, and all of them have to agree: "polkit" asks
the system's authority with libvirt's actions and details, "rules" reads the file of
``access_rules_file`` (TOML).  In it the first rule that fits decides, and without one nothing is
allowed:

    [[rule]]
    users = ["alice", "1003", "sasl:bob", "tls:CN=backup*"]    # whoever of them; none: everybody
    groups = ["operators"]
    allow = ["domain:*", "connect:getattr", "connect:read", "connect:search_domains"]
    only.domain_name = ["web*", "db1"]                         # libvirt's names of details

    [[rule]]
    users = ["alice"]
    deny = ["*:*"]
"""

from __future__ import annotations

import contextlib
import grp
import pwd
import subprocess
from fnmatch import fnmatchcase

from vsh.daemon.authentication import PATIENCE, polkit_obstacle, start_time
from vsh.daemon.log import INFO, WARNING
from vsh.drivers.policy import permissions
from vsh.drivers.subjects import DETAILS
from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.daemon.client import Client
    from vsh.daemon.config import Configuration
    from vsh.drivers.policy import Access
    from vsh.drivers.subjects import Subject

_KEYS = {"users", "groups", "allow", "deny", "only"}


class Rule:
    """One rule of the file.

    users, groups  patterns of who it is for; both empty: everybody
    permissions    patterns of "kind:permission"
    allows         what it decides
    only           patterns of details that the object must have, by the detail's name
    """

    def __init__(self, entry: object, place: str) -> None:
        if not isinstance(entry, dict):
            raise ConfSyntax(f"{place}: a rule is a table: [[rule]]")
        unknown = ", ".join(sorted(set(entry) - _KEYS))
        if unknown:
            raise ConfSyntax(f"{place}: a rule has no '{unknown}'")
        if ("allow" in entry) == ("deny" in entry):
            raise ConfSyntax(f"{place}: a rule has either 'allow' or 'deny'")
        self.allows = "allow" in entry
        self.permissions = _words(entry, "allow" if self.allows else "deny", place)
        for word in self.permissions:
            if ":" not in word:
                raise ConfSyntax(f"{place}: '{word}' is no KIND:PERMISSION, as domain:read")
            if not any(fnmatchcase(known, word) for known in permissions()):
                raise ConfSyntax(f"{place}: there is no permission '{word}'")
        self.users = _words(entry, "users", place)
        self.groups = _words(entry, "groups", place)
        only = entry.get("only", {})
        if not isinstance(only, dict):
            raise ConfSyntax(f"{place}: 'only' is a table of details, as only.domain_name")
        unknown = ", ".join(sorted(set(only) - DETAILS))
        if unknown:
            raise ConfSyntax(f"{place}: no object has '{unknown}': there are {_known()}")
        self.only = {name: _words(only, name, place) for name in only}

    def fits(self, who: set[str], groups: set[str], wanted: str, subject: Subject) -> bool:
        """Whether it decides about this."""
        if (self.users or self.groups) and not (_any(self.users, who) or _any(self.groups, groups)):
            return False
        if not _any(self.permissions, {wanted}):
            return False
        return all(
            name in subject and _any(patterns, {subject[name]})
            for name, patterns in self.only.items()
        )


def _known() -> str:
    return ", ".join(sorted(DETAILS))


def _words(entry: dict[str, object], name: str, place: str) -> list[str]:
    found = entry.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ConfSyntax(f"{place}: '{name}' is a list of texts")
    return found


def _any(patterns: list[str], texts: set[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns for text in texts)


def rules(path: str) -> list[Rule]:
    """The rules of a file.  Raises ConfSyntax with the place."""
    import tomllib

    try:
        with open(path, "rb") as file:
            read = tomllib.load(file)
    except OSError as error:
        raise ConfSyntax(f"cannot read access_rules_file '{path}': {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfSyntax(f"{path}: {error}") from None
    unknown = ", ".join(sorted(set(read) - {"rule"}))
    entries = read.get("rule", [])
    if unknown or not isinstance(entries, list):
        raise ConfSyntax(f"{path}: there is nothing but [[rule]] in it, not '{unknown or 'rule'}'")
    return [Rule(entry, f"{path}: rule {number}") for number, entry in enumerate(entries, 1)]


class Deciders:
    """Who decides about clients, as the settings say.  Raises ConfSyntax,
    ConfigUnsupported, InternalError."""

    def __init__(self, wanted: Configuration) -> None:
        names = wanted.access_drivers or []
        for name in names:
            if name not in ("nop", "polkit", "rules"):
                raise InternalError(
                    f"Cannot find security driver '{name}': there are polkit, rules and nop"
                )
        obstacle = polkit_obstacle() if "polkit" in names else None
        if obstacle is not None:
            raise ConfigUnsupported(f"polkit cannot be asked: {obstacle}")
        self._polkit = "polkit" in names
        self._rules = rules(wanted.access_rules_file) if "rules" in names else None

    def of(self, client: Client, driver: str) -> Access | None:
        """Who decides what a client may do with a driver; None: all is allowed."""
        if not self._polkit and self._rules is None:
            return None
        who, groups = known_as(client)

        def access(kind: str, permission: str, subject: Subject) -> bool:
            wanted = f"{kind}:{permission}"
            allowed = self._rules is None or self._ruled(who, groups, wanted, subject)
            if allowed and self._polkit:
                details = {"connect_driver": driver, **subject}
                allowed = _polkit_says(client, kind, permission, details)
            if not allowed:
                text = f"{client}: {wanted} denied: {dict(subject)}"
                client.server.log.say(INFO, "daemon.access", text)
            return allowed

        return access

    def _ruled(self, who: set[str], groups: set[str], wanted: str, subject: Subject) -> bool:
        for rule in self._rules or ():
            if rule.fits(who, groups, wanted, subject):
                return rule.allows
        return False


def known_as(client: Client) -> tuple[set[str], set[str]]:
    """What a client is called in rules, and the groups that it is in."""
    identity = client.identity
    names, groups = set(), set()
    if "sasl-user-name" in identity:
        names.add(f"sasl:{identity['sasl-user-name']}")
    if "x509-distinguished-name" in identity:
        names.add(f"tls:{identity['x509-distinguished-name']}")
    if "unix-user-id" in identity:
        user = int(identity["unix-user-id"])
        numbers = {int(identity["unix-group-id"])}
        names.add(str(user))
        with contextlib.suppress(KeyError):  # a number without a name
            name = pwd.getpwuid(user).pw_name
            names.add(name)
            numbers |= {each.gr_gid for each in grp.getgrall() if name in each.gr_mem}
        for number in numbers:
            groups.add(str(number))
            with contextlib.suppress(KeyError):
                groups.add(grp.getgrgid(number).gr_name)
    return names, groups


def _polkit_says(client: Client, kind: str, permission: str, details: Subject) -> bool:
    """Ask the system's authority; it knows only processes of this machine."""
    pid, user = client.identity.get("unix-process-id"), client.identity.get("unix-user-id")
    start = None if pid is None else start_time(int(pid))
    if start is None:
        client.server.log.say(WARNING, "daemon.access", f"{client}: No process ID available")
        return False
    action = f"org.libvirt.api.{kind}.{permission}".replace("_", "-")
    command = ["pkcheck", "--action-id", action, "--process", f"{pid},{start},{user}"]
    for name, value in details.items():
        command += ["--detail", name, value]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        client.server.log.say(WARNING, "daemon.access", f"{client}: polkit did not answer")
        return False
    return done.returncode == 0
