"""@command: a function's signature, docstring and return value are the whole declaration of a
command."""

from __future__ import annotations

from vsh.cli.params import Flag, Param, param_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from vsh.output.document import Document

    Given: TypeAlias = Document | Iterable[Document] | None


class Command:
    """A declared command.

    name, group   from the file and its folder
    help          the first line of the docstring; ``description`` is the rest, and ``examples``
                  what stands under "Examples:"
    params        the function's parameters, one Param each
    options       what can be typed, in the order of the synopsis (Flags and Options spread out)
    extras        options that only vsh has, by name; under the name virsh they are not known
    exclusive     pairs of options that cannot be given together, checked before anything is done
    requires      option -> the option that it needs
    check         ``check(given)``: a rule between options whose message is one of its own
    order         what is read first, where virsh does not read in the order of the synopsis: names
                  of options, and between them rules as ``check`` is one; the others follow
    old           older names of options: {"name": "option"}, or {"name": "option=value"} for a flag
                  that stands for a value; they are taken and not shown
    connect       False for commands that work without a connection
    hidden        True for commands that help does not list
    loses         what is lost for ever, by the name of its function in commands/_losses.py: the
                  prompt asks before it runs, unless --yes is given; "" where nothing is
    extra         True for a command that virsh has not: under that name it is not known
    tells         what it gives to programs, in keys of output/keys.py; see cli/told.py
    """

    __slots__ = (
        "name",
        "group",
        "help",
        "_rest",
        "function",
        "params",
        "options",
        "extras",
        "by_name",
        "exclusive",
        "requires",
        "check",
        "old",
        "connect",
        "hidden",
        "extra",
        "loses",
        "tells",
        "checks",
        "steps",
    )

    def __init__(
        self,
        function: Callable[..., Given],
        exclusive: Iterable[tuple[str, str]],
        requires: dict[str, str],
        old: dict[str, str],
        connect: bool,
        hidden: bool,
        check: Callable[[dict[str, object]], None] | None = None,
        extra: bool = False,
        order: Sequence[str | Callable[[dict[str, object]], None]] = (),
        loses: str = "",
        tells: str = "done",
    ) -> None:
        _, _, group, file = function.__module__.rsplit(".", 3)
        self.name = file.replace("_", "-")
        self.group = group
        text = function.__doc__ or ""
        self.help, _, rest = text.partition("\n")
        self._rest = rest
        self.function = function
        self.exclusive = tuple(exclusive)
        self.requires = requires
        self.check = check
        self.old = old
        self.connect = connect
        self.hidden = hidden
        self.extra = extra
        self.loses = loses
        self.tells = tells
        self.params = _params(function)
        self.options: list[Param] = []
        self.extras: dict[str, Param] = {}
        self.checks = bool(self.exclusive or requires or check)
        self.steps = _steps(self.params, order) if order else self.params
        for param in self.params:
            if param.collects:
                param.flags = tuple(each for each in self.params if each.number)
            elif param.flags or param.options:
                self.options.extend(param.flags or param.options)
            elif param.extra:
                self.extras[param.name] = param
            elif param.visible:
                self.options.append(param)
        if loses:
            asked = Flag("do not ask before something is lost", extra=True)
            self.extras["yes"] = param_of(asked).named("yes")
        self.by_name = {option.name: option for option in self.options}

    @property
    def description(self) -> str | None:
        """What the docstring says below its first line; None where that is all."""
        text = self._rest.partition("Examples:\n")[0]
        return "\n".join(line.strip() for line in text.strip().split("\n")) or None

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Lines that can be typed, each with what it does."""
        found: list[tuple[str, str]] = []
        for line in self._rest.partition("Examples:\n")[2].split("\n"):
            text, _, meaning = line.strip().partition("# ")
            if text:
                found.append((text.rstrip(), meaning))
            elif meaning:  # a line of its own: about the one above
                found[-1] = (found[-1][0], meaning)
        return found


def _params(function: Callable[..., Given]) -> list[Param]:
    """The function's parameters in order; every one has a Param as its default."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    defaults = dict(
        zip(
            names[code.co_argcount - len(function.__defaults__ or ()) : code.co_argcount],
            function.__defaults__ or (),
            strict=True,
        )
    )
    defaults.update(function.__kwdefaults__ or {})
    params = []
    for name in names:
        param = defaults.get(name)
        if not isinstance(param, Param):
            raise TypeError(f"{function.__module__}: parameter {name!r} does not say what it takes")
        params.append(param.named(name))
    return params


def _steps(
    params: list[Param], order: Sequence[str | Callable[[dict[str, object]], None]]
) -> list[Param | Callable[[dict[str, object]], None]]:
    """Parameters and rules in the order in which they are to be looked at."""
    named = {param.name: param for param in params if param.name}
    first = [named.pop(each) if isinstance(each, str) else each for each in order]
    return [*first, *(param for param in params if param not in first)]


class Alias:
    """An older name of a whole command, not listed by help: ``nodedev_dettach =
    Alias("nodedev-detach")``."""

    __slots__ = ("target",)

    def __init__(self, target: str) -> None:
        self.target = target


if TYPE_CHECKING:
    from typing import overload

    @overload
    def command(function: Callable[..., Given]) -> Command: ...
    @overload
    def command(
        *,
        exclusive: Iterable[tuple[str, str]] = (),
        requires: dict[str, str] | None = None,
        old: dict[str, str] | None = None,
        connect: bool = True,
        hidden: bool = False,
        check: Callable[[dict[str, object]], None] | None = None,
        extra: bool = False,
        order: Sequence[str | Callable[[dict[str, object]], None]] = (),
        loses: str = "",
        tells: str = "done",
    ) -> Callable[[Callable[..., Given]], Command]: ...
    def command(*arguments: object, **options: object) -> object: ...

else:

    def command(
        function=None,
        *,
        exclusive=(),
        requires=None,
        old=None,
        connect=True,
        hidden=False,
        check=None,
        extra=False,
        order=(),
        loses="",
        tells="done",
    ):
        """Declare a command; used with and without arguments.  See ``Command``."""

        def declare(body):
            return Command(
                body,
                exclusive,
                requires or {},
                old or {},
                connect,
                hidden,
                check,
                extra,
                order,
                loses,
                tells,
            )

        return declare if function is None else declare(function)
