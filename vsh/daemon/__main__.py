"""``python -m vsh.daemon``: vshd by the interpreter that runs vsh, wherever its script is."""

from vsh.daemon.command import main

main()
