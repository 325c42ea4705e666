"""The words of the prompt, shared by the terminal and by scripts that are echoed."""

from __future__ import annotations

from vsh.output.plain import own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.shell.overview import Overview


def welcome(session: Session) -> str:
    """What is printed before the first prompt, in virsh's words."""
    return (
        f"Welcome to {session.program}, the virtualization interactive terminal.\n\n"
        "Type:  'help' for help with commands\n"
        "       'quit' to quit\n\n"
    )


def prompt(session: Session) -> str:
    """virsh's prompt: ``#`` for a connection that may change things, ``>`` for a read-only one."""
    return f"{session.program} {mark(session)} "


def mark(session: Session) -> str:
    """The sign at the end of a prompt."""
    return ">" if session.readonly else "#"


def greeting(session: Session, overview: Overview | None, columns: int) -> str:
    """The two lines of vsh, each on one row of so many columns where that can be: where we are and
    what runs there, and the way on."""
    from vsh import __version__

    ways = (
        "Tab completes, F1 explains, Ctrl-D leaves. Try: list --all, start, help snapshot",
        "Tab completes, F1 explains. Try: list --all, help snapshot",
        "Tab completes. Try: list, help",
    )
    forms = [""]
    if overview is None:
        ways = (
            "Tab completes, F1 explains, Ctrl-D leaves. Try: connect test:///default, help",
            "Tab completes. Try: connect test:///default, help",
            "Try: help",
        )
    else:
        forms = _forms(str(session.uri), overview)
    where = next((each for each in forms if len(each) + 12 < columns), forms[-1])
    way = next((each for each in ways if len(each) <= columns), ways[-1])
    return own(f"vsh {__version__}{where}\n{way}\n\n")


def _forms(uri: str, overview: Overview) -> list[str]:
    """What matters about a connection, at length and ever shorter."""
    host = f" on {overview.host}" if overview.host else ""
    version = f" · libvirt {overview.version}" if overview.version else ""
    running = ""
    if overview.total is not None:
        noun = "domain" if overview.total == 1 else "domains"
        running = f" · {overview.running} of {overview.total} {noun} running"
    return [
        f" · {uri}{host}{version}{running}",
        f" · {uri}{host}{running}",
        f" · {uri}{running}",
        f" · {uri}",
    ]


def fragments(
    session: Session, overview: Overview | None, template: str, *, failed: bool
) -> list[tuple[str, str]]:
    """vsh's prompt as styled pieces.

    template  the setting ``prompt``: {driver}, {host}, {uri} and {mark} stand for what they say
    failed    whether the last command failed: then the mark is red
    """
    sign = mark(session)
    if overview is None:
        words = {"driver": "vsh", "host": "", "uri": session.uri or ""}
    else:
        words = {"driver": overview.place, "host": overview.host or "", "uri": session.uri or ""}
    if overview is None or overview.place == "test":
        template = template.replace("@{host}", "")
    for word, value in words.items():
        template = template.replace("{" + word + "}", value)
    before, found, after = template.partition("{mark}")
    pieces = [("class:prompt.place", before)]
    if session.broken:
        pieces.append(("class:prompt.lost", "(lost) "))
    if found:
        pieces.append(("class:prompt.failed" if failed else "class:prompt", sign))
    return [*pieces, ("class:prompt", after)]
