"""The shell itself."""

TITLE = "Virsh itself"
ORDER = ("cd", "echo", "exit", "help", "pwd", "quit", "connect")
"""The order in which help lists the commands; one that is not named here comes after them."""
