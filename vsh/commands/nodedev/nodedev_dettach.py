"""nodedev-dettach: an old spelling of nodedev-detach."""

from __future__ import annotations

from vsh.cli.command import Alias

nodedev_dettach = Alias("nodedev-detach")
