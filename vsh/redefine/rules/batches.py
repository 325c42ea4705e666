"""Many documents at once."""

from __future__ import annotations

from vsh.redefine.rule import Rule

ONCE = Rule(
    "E4",
    "the same name twice in one batch",
    why="The second document would replace the first.",
    hint="leave one of them out",
)

NAMED_EXACTLY = Rule(
    "E5",
    "what is changed in documents is named exactly",
    why="An import changes documents only where it is asked to; what is asked for and "
    "cannot be done is more likely a slip than meant.",
    hint="see which names there are with --dry-run",
)

WHOLE_BUNDLE = Rule(
    "E14",
    "a bundle is whole",
    why="The last line of a bundle counts and hashes all before it. One that was cut "
    "off or changed is not taken for a tree.",
    hint="export again, or copy the file again",
)
