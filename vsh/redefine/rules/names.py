"""Names that can be the names of files."""

from __future__ import annotations

from vsh.errors import XmlDetail
from vsh.redefine.rule import Rule, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.redefine.rule import Case, Problem


@rule(
    "27",
    "a name that can be a file's name",
    why="The qemu driver keeps each snapshot in a file of its name: no / in it, no . "
    "at its start. Other drivers take such names, but no other host will.",
    hint="choose another name",
    where="name",
)
def file_name(case: Case) -> Iterator[Problem]:
    if case.profile is not None and case.profile.file_names:
        yield from _name(case, file_name)


@rule(
    "E6-name",
    "a name that every driver takes",
    why="Some drivers keep snapshots in files of their name: no / in it, no . at its start.",
    hint="choose another name",
    where="name",
    mild=True,
)
def every_drivers_name(case: Case) -> Iterator[Problem]:
    if case.profile is None or not case.profile.file_names:  # else rule 27 says so
        yield from _name(case, every_drivers_name)


def _name(case: Case, broken: Rule) -> Iterator[Problem]:
    name = case.name
    for wrong, text in (("/" in name, "contain '/'"), (name[:1] == ".", "start with '.'")):
        if wrong:
            error = XmlDetail(f"invalid snapshot name '{name}': name can't {text}")
            yield broken.broken(error, line=case.line)
