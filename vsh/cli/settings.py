"""What a user may choose once and for all: each setting declared, checked, and with its source.

The user's file is behind the environment, the environment behind what is set in the session, and
the top-level options stand before all.  A wrong value is an error before anything is done.
"""

from __future__ import annotations

import os

from vsh.cli.options import FORMATS, escape_sequence
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Value = str | bool | dict[str, str] | None

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class Setting:
    """One setting.

    name      as it stands in the file and for ``set``
    help      what it does, in one line
    default   what holds where nothing is chosen; its type is the setting's: True or False, or text
    words     the only values that a text may have; () for any text
    variable  the environment variable that sets it, or ""
    unset     what the default means, where it is None
    check     ``check(text, source)`` raises CommandError for a text that it may not be; of a table,
              for a name that an entry may not have
    lists     whether the texts of a table are lists of words, kept with commas between them
    """

    __slots__ = ("check", "default", "help", "lists", "name", "unset", "variable", "words")

    def __init__(
        self,
        name: str,
        help: str,
        default: Value,
        *,
        words: tuple[str, ...] = (),
        variable: str = "",
        unset: str = "",
        check: Callable[[str, str], object] | None = None,
        lists: bool = False,
    ) -> None:
        self.check = check
        self.lists = lists
        self.name = name
        self.help = help
        self.default = default
        self.words = words
        self.variable = variable
        self.unset = unset

    @property
    def kind(self) -> str:
        """What a value is, in words: "true or false", "text", "one of csv, json"."""
        if isinstance(self.default, bool):
            return "true or false"
        if isinstance(self.default, dict):
            return "a table of lists of words" if self.lists else "a table of texts"
        return f"one of {', '.join(self.words)}" if self.words else "text"

    def typed(self, value: object, source: str) -> Value:
        """The value if it may be one (of a file, with a type).  Raises CommandError that names the
        source."""
        if isinstance(self.default, bool):
            if isinstance(value, bool):
                return value
        elif isinstance(self.default, dict):
            if isinstance(value, dict):
                table = {str(name): self._item(each) for name, each in value.items()}
                found = {name: text for name, text in table.items() if text is not None}
                if len(found) == len(table):
                    if self.check is not None:
                        for name in found:
                            self.check(name, source)
                    return found
        elif isinstance(value, str) and (not self.words or value in self.words):
            if self.check is not None:
                self.check(value, source)
            return value
        shown = str(value).lower() if isinstance(value, bool) else repr(value)[:80]
        hint = f"{self.name} = false" if isinstance(self.default, bool) else None
        raise CommandError(f"{source}: {self.name} takes {self.kind}, not {shown}", hint=hint)

    def _item(self, value: object) -> str | None:
        """One text of a table, or None where it is none."""
        if self.lists and isinstance(value, list) and all(isinstance(word, str) for word in value):
            value = ",".join(value)
        return value if isinstance(value, str) and value else None

    def read(self, text: str, source: str) -> Value:
        """The value of a text (of the environment, or of ``set``).  Raises CommandError."""
        if isinstance(self.default, bool):
            word = text.lower()
            if word in _YES or word in _NO:
                return word in _YES
        return self.typed(text, source)


def _key(text: str, source: str) -> None:
    try:
        escape_sequence(text)
    except CommandError as error:
        raise CommandError(
            f"{source}: {error.message}", hint="one character, or ^ and a small letter: ^x"
        ) from None


def _listing(name: str, source: str) -> None:
    from vsh.cli.parse import find

    if find(name) is None:
        from vsh.cli.help_lines import LINES
        from vsh.cli.nearest import nearest

        close = nearest(name, list(LINES))
        raise CommandError(
            f"{source}: columns.{name}: there is no command '{name}'",
            hint=f"did you mean '{close}'?" if close else 'columns.list = ["name", "state"]',
        )


SETTINGS = (
    Setting(
        "format",
        "how documents are shown",
        None,
        words=FORMATS,
        variable="VSH_FORMAT",
        unset="table on a terminal, plain elsewhere",
    ),
    Setting(
        "fail_fast",
        "stop a chain or a script at the first command that fails",
        default=False,
        variable="VSH_FAIL_FAST",
    ),
    Setting("prompt", "what stands before the line that is typed", "{driver}@{host} {mark} "),
    Setting("toolbar", "whether the line below the prompt is shown", default=True),
    Setting(
        "editing_mode",
        "the keys of the prompt; auto looks at ~/.inputrc",
        "auto",
        words=("auto", "emacs", "vi"),
    ),
    Setting("pager", "the command that long output goes through", None, unset="$PAGER, else less"),
    Setting(
        "confirm",
        "whether the prompt asks before something is lost",
        "terminal",
        words=("terminal", "never"),
    ),
    Setting(
        "theme",
        "the colours of XML",
        "auto",
        words=("auto", "dark", "light", "none"),
        unset="fits any ground",
    ),
    Setting(
        "escape",
        "the key that leaves a console: one character, or ^ and a letter",
        "^]",
        check=_key,
    ),
    Setting("hosts", "short names of your own for where you connect to", {}),
    Setting(
        "columns", "the columns of a listing, by the command's name", {}, check=_listing, lists=True
    ),
    Setting("aliases", "words of your own for lines that you type often", {}),
)
"""Every setting, in the order of ``set`` and of the manual."""


def setting(name: str) -> Setting:
    """The setting of a name.  Raises CommandError that names the known ones."""
    for each in SETTINGS:
        if each.name == name:
            return each
    raise _unknown(f"unknown setting '{name}'", name)


def _unknown(message: str, name: str) -> CommandError:
    from vsh.cli.nearest import nearest

    known = [each.name for each in SETTINGS]
    close = nearest(name, known)
    return CommandError(
        message,
        hint=f"did you mean '{close}'?" if close else f"the settings are {', '.join(known)}",
    )


class Settings:
    """The settings of one session.

    values   the chosen ones, by name;  sources  where each of them was chosen
    """

    __slots__ = ("sources", "values")

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}
        self.sources: dict[str, str] = {}

    def __getitem__(self, name: str) -> Value:
        """What holds: what was chosen, or the default."""
        return self.values[name] if name in self.values else setting(name).default

    def choose(self, name: str, value: Value, source: str) -> None:
        """Take a checked value."""
        self.values[name] = value
        self.sources[name] = source

    def put(self, name: str, text: str, source: str) -> None:
        """Choose a setting, or of a table (``hosts.kvm7``) one entry, by its text; "" takes an
        entry away.  Raises CommandError."""
        table, dot, entry = name.partition(".")
        known = setting(table if dot else name)
        if not isinstance(known.default, dict):
            self.choose(known.name, known.read(text, source), source)
            return
        if not entry:
            raise CommandError(f"{table} is a table", hint=f"set {table}.NAME VALUE")
        held = self.table(table)
        if text:
            if known.check is not None:
                known.check(entry, source)
            held[entry] = text
        else:
            held.pop(entry, None)
        self.choose(table, held, source)

    def table(self, name: str) -> dict[str, str]:
        """What a setting that is a table holds."""
        found = self[name]
        return dict(found) if isinstance(found, dict) else {}

    def load(self, environment: Mapping[str, str]) -> None:
        """Read the user's file and the environment.  Raises CommandError for anything wrong."""
        path = file(environment)
        for name, value in _in_file(path).items():
            known = next((each for each in SETTINGS if each.name == name), None)
            if known is None:
                raise _unknown(f"{path}: unknown setting '{name}'", name)
            self.choose(name, known.typed(value, path), path)
        for each in SETTINGS:
            text = environment.get(each.variable) if each.variable else None
            if text:
                self.choose(each.name, each.read(text, each.variable), each.variable)


def file(environment: Mapping[str, str]) -> str:
    """Where the user's settings are: ``$XDG_CONFIG_HOME/vsh/config.toml``."""
    folder = environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.path.join(folder, "vsh", "config.toml")


def _in_file(path: str) -> dict[str, object]:
    """What the file says; nothing where there is none.  Raises CommandError."""
    try:
        with open(path, "rb") as source:
            text = source.read()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise CommandError(f"{path}: cannot read the settings: {reason}") from None
    import tomllib

    try:
        return tomllib.loads(text.decode())
    except RecursionError:
        reason = "brackets in brackets, too many"
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError, a number without end
        reason = str(error)
    raise CommandError(f"{path}: {reason}", hint='the file is TOML: format = "json"')
