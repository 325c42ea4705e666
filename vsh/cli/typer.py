"""The outer face: the same commands as a typer application, for embedding.

``vsh.cli.typer.app`` can be added to another typer program:  ``other.add_typer(app, name="virt")``.
Everything here is derived from the commands' own declarations.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Optional

import typer
from rich.markup import escape

from vsh.cli import help as texts
from vsh.cli import run
from vsh.cli.options import OPTIONS
from vsh.cli.parse import Invocation
from vsh.cli.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.cli.command import Command
    from vsh.cli.options import TopOption
    from vsh.cli.params import Param


def build() -> typer.Typer:
    """A typer application with every command, grouped on its help page as ``vsh help`` groups
    them."""
    app = typer.Typer(
        name="vsh",
        help="libvirt, seen from the shell.",
        no_args_is_help=True,
        rich_markup_mode="rich",
        add_completion=False,
    )
    session = Session()

    def top(**values: Any) -> None:
        for option in OPTIONS:
            value = values.get(_name(option.name))
            if value and option.name == "connect":
                session.uri = str(value)
            elif value and option.name == "timeout":
                session.timeout = float(value)
            elif value and hasattr(session, _name(option.name)):
                setattr(session, _name(option.name), value)

    top.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [_top_parameter(option) for option in OPTIONS if option.name not in ("help", "version")]
    )
    app.callback()(top)
    for command in texts.commands():
        if not command.hidden:
            app.command(
                name=command.name,
                help=escape(command.help),
                rich_help_panel=texts.title(command.group),
            )(_function(command, session))
    return app


def _function(command: Command, session: Session) -> Callable[..., None]:
    """A function with the command's options as its signature, which typer reads."""

    def call(**values: Any) -> None:
        invocation = Invocation(command)
        for option in (*command.options, *command.extras.values()):
            value = values[_identifier(option)]
            if value not in (None, False, [], ()):
                invocation.given[option.name] = (
                    [str(each) for each in value]
                    if option.repeats and option.kind
                    else value
                    if option.kind is None
                    else str(value)
                )
        succeeded = run.run_one(session, invocation)
        session.disconnect()
        if not succeeded:
            raise typer.Exit(session.status or 1)

    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [_parameter(option) for option in (*command.options, *command.extras.values())]
    )
    call.__name__ = command.name.replace("-", "_")
    return call


def _name(name: str) -> str:
    return name.replace("-", "_")


def _identifier(option: Param) -> str:
    return "o_" + _name(option.name)


def _top_parameter(option: TopOption) -> inspect.Parameter:
    """One option before the command, as typer sees it."""
    names = [f"--{option.name}"] + ([f"-{option.letter}"] if option.letter else [])
    kind: object = Optional[str] if option.value else bool  # noqa: UP045 - built at run time
    return inspect.Parameter(
        _name(option.name),
        inspect.Parameter.KEYWORD_ONLY,
        default=None if option.value else False,
        annotation=Annotated[kind, typer.Option(*names, help=escape(option.help))],
    )


def _parameter(option: Param) -> inspect.Parameter:
    """One option as typer sees it."""
    kind: object = bool if option.kind is None else list[str] if option.repeats else str
    if option.positional:
        info: object = typer.Argument(help=escape(option.help), metavar=f"<{option.name}>")
    else:
        info = typer.Option(f"--{option.name}", help=escape(option.help))
    required = option.required
    if not required and option.kind is not None:
        kind = Optional[kind]  # noqa: UP045 - built at run time
    default = inspect.Parameter.empty if required else (False if option.kind is None else None)
    return inspect.Parameter(
        _identifier(option),
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, info],
    )


def __getattr__(name: str) -> object:
    """``app``, built when it is first asked for."""
    if name == "app":
        globals()["app"] = app = build()
        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
