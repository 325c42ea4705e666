"""secret-dumpxml: a secret's document."""

from __future__ import annotations

from vsh.cli.devices import SECRET
from vsh.commands._xpath import dumpxml_command

secret_dumpxml = dumpxml_command(
    __name__,
    SECRET,
    "secret",
    "a secret; its value is not in it",
    "What the secret is for, and who may see its value.",
    "3c7b8e0a-9a1d-4b59-8f0e-2d6c5b4a3f21  # what it is for, never what it is",
)
