"""What a QEMU said before it ended, as its log has it."""

from __future__ import annotations


def complaint(log: str, before: int) -> str:
    """The lines after its command line, but for those that tell where its terminals are.

    before  the size of the log when it was started
    """
    try:
        with open(log, "rb") as file:
            file.seek(before)
            said = file.read(64 * 1024).decode("utf-8", "replace")
    except OSError:
        return ""
    lines = said.splitlines()[1:]  # when it was started
    while lines and lines[0].endswith(" \\"):
        del lines[0]
    told = [line for line in lines[1:] if "char device redirected to" not in line]
    return "\n".join(told).strip()
