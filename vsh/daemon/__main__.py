"""``python -m vsh.daemon``, and where the installed vshd starts."""

from __future__ import annotations

import gc

from vsh.bundle import install

YOUNG = 100_000
"""So many new objects before garbage is looked for: more than five thousand guests make."""


def run() -> None:
    """The whole life of the process."""
    gc.set_threshold(YOUNG, 20, 20)
    install()
    from vsh.daemon.command import main

    main()


if __name__ == "__main__":
    run()
