"""The outer face: the same commands as a typer application, for embedding and for ``--help`` on a terminal.

``vsh.cli.typer.app`` can be added to another typer program:  ``other.add_typer(app, name="virt")``.
Everything here is derived from the commands' own declarations.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Optional

import typer

from vsh.cli import help as texts
from vsh.cli import run
from vsh.cli.parse import Invocation, groups
from vsh.cli.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.cli.command import Command
    from vsh.cli.params import Param


def build() -> typer.Typer:
    """A typer application with every command, grouped on its help page as ``vsh help`` groups them."""
    app = typer.Typer(
        name="vsh",
        help="libvirt, seen from the shell.",
        no_args_is_help=True,
        rich_markup_mode=None,
        add_completion=False,
    )
    session = Session()

    @app.callback()
    def top(
        connect: Annotated[str | None, typer.Option("--connect", "-c", help="URI")] = None,
        readonly: Annotated[bool, typer.Option("--readonly", "-r", help="change nothing")] = False,
        quiet: Annotated[bool, typer.Option("--quiet", "-q", help="say less")] = False,
        format: Annotated[str, typer.Option("--format", help="output format")] = "table",
    ) -> None:
        session.uri, session.readonly, session.quiet = connect, readonly, quiet
        session.format = format

    for command in texts.commands():
        if not command.hidden:
            app.command(
                name=command.name, help=command.help, rich_help_panel=texts.title(command.group)
            )(_function(command, session))
    return app


def _function(command: Command, session: Session) -> Callable[..., None]:
    """A function with the command's options as its signature, which typer reads."""

    def call(**values: Any) -> None:
        invocation = Invocation(command)
        for option in command.options:
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
        [_parameter(option) for option in command.options]
    )
    call.__name__ = command.name.replace("-", "_")
    return call


def _identifier(option: Param) -> str:
    return "o_" + option.name.replace("-", "_")


def _parameter(option: Param) -> inspect.Parameter:
    """One option as typer sees it."""
    kind: Any = bool if option.kind is None else list[str] if option.repeats else str
    if option.positional:
        info: Any = typer.Argument(help=option.help, metavar=f"<{option.name}>")
    else:
        info = typer.Option(f"--{option.name}", help=option.help)
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


def __getattr__(name: str) -> Any:
    """``app``, built when it is first asked for."""
    if name == "app":
        globals()["app"] = app = build()
        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
