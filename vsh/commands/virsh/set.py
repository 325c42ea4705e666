"""set: what is chosen for this session, and where."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, anything
from vsh.cli.settings import SETTINGS, setting
from vsh.output.document import Column, Line, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.cli.session import Session
    from vsh.output.document import Document


class _Names:
    """A completer of the settings."""

    def __call__(self, session: Session, text: str, given: dict[str, object]) -> Iterable[str]:
        """Their names."""
        return [each.name for each in SETTINGS]

    def described(
        self, session: Session, text: str, given: dict[str, object]
    ) -> Iterable[tuple[str, str]]:
        """Their names, each with what it does."""
        return [(each.name, each.help) for each in SETTINGS]


def _values(session: Session, text: str, given: dict[str, object]) -> Iterable[str]:
    """A completer of the values of the setting that was named."""
    for each in SETTINGS:
        if each.name == given.get("name"):
            return ("true", "false") if isinstance(each.default, bool) else each.words
    return ()


@command(connect=False, extra=True, tells="[name value chosen_by help] | done")
def set(
    name: str | None = Argument("the setting", required=False, complete=_Names()),
    value: str | None = Argument(
        "its value from now on", kind=anything, required=False, complete=_values
    ),
    session: Session = SESSION,
) -> Document | None:
    """Print the settings with where each was chosen, or choose one for this session.

    The settings file is for all sessions: see vsh.toml(5).

    Examples:
        set  # every setting, and where it was chosen
        set pager off  # for this session
        set hosts.kvm7 qemu+ssh://kvm7/system  # vsh -c kvm7, connect kvm7
        set columns.list name,state,ip  # what list shows to people
    """
    if name is not None and value is not None:
        session.settings.put(name, value, "set")
        _obey(session, name.partition(".")[0])
        return None
    table, _, entry = (name or "").partition(".")
    if entry and isinstance(setting(table).default, dict):
        return Line("{value}", value=session.settings.table(table).get(entry) or "-")
    shown = SETTINGS if name is None else (setting(name),)
    rows = []
    for each in shown:
        found = session.settings[each.name]
        source = session.settings.sources.get(each.name, "default")
        rows.append([each.name, found, source, each.help])
    return Table(
        rows,
        Column("Setting", "name"),
        Column("Value", "value", _text),
        Column("Chosen by", "chosen_by"),
        Column("What it does", "help", rank=5),
    )


def _obey(session: Session, name: str) -> None:
    """Have what holds of a setting from now on done."""
    chosen = session.settings[name]
    if name == "format":
        session.show_as(str(chosen))
    elif name == "theme":
        session.screen.theme = str(chosen)
    elif name == "fail_fast":
        session.fail_fast = bool(chosen)
    elif name == "escape":
        session.escape = str(chosen)
    elif name == "aliases":
        session.aliases = session.settings.table("aliases")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return ", ".join(sorted(value)) or "-"
    return "-" if value is None else str(value)
