"""The first line, before prompt_toolkit is there: its import takes longer than all that vsh does
before, and the user types meanwhile.

The prompt is drawn by hand and plain letters are echoed by hand, while a thread imports.  The first
key that is more than a letter ends that; it, and all that was typed, is handed over.
"""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import tty

from vsh.output.paint import size
from vsh.output.plain import width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding.key_processor import KeyPress

TICK = 0.01
"""Seconds between two looks at whether the import is done."""
ERASE = b"\r\x1b[K"


class Early:
    """What was typed before the prompt could read it.

    text  plain letters;  rest  bytes of the keys after them
    get_ready  does what takes its time: imports what reads the rest of the line
    """

    def __init__(self, prompt: str, get_ready: Callable[[], object]) -> None:
        self.text = ""
        self.rest = b""
        self._prompt = prompt
        self._get_ready = get_ready
        self._imported = threading.Event()
        self._before = termios.tcgetattr(sys.stdin.fileno())

    def read(self) -> None:
        """Read and echo until prompt_toolkit is there.  The terminal stays raw until it takes
        over, so that no key is a signal in between."""
        terminal = sys.stdin.fileno()
        tty.setraw(terminal, termios.TCSANOW)
        os.write(1, self._prompt.encode())
        threading.Thread(target=self._import, daemon=True).start()
        while not self._imported.is_set() and not self.rest:
            ready, _, _ = select.select([terminal], [], [], TICK)
            if ready:
                # an end of input that came before raw mode reads as NUL
                self._take(os.read(terminal, 4096).replace(b"\0", b"\x04"))
        self._imported.wait()

    def _import(self) -> None:
        try:
            self._get_ready()
        finally:
            self._imported.set()

    def _take(self, typed: bytes) -> None:
        """Echo letters of ASCII that fit into the row; keep all from the first other key on."""
        room = size()[0] - width(self._prompt) - len(self.text) - 2
        for place, byte in enumerate(typed):
            if not 32 <= byte < 127 or place >= room:
                self.rest = typed[place:]
                break
            self.text += chr(byte)
        if typed:
            os.write(1, typed[: len(typed) - len(self.rest)])
        else:
            self.rest = b"\x04"  # the terminal has gone

    def hand_over(self, asker: PromptSession[str]) -> str:
        """Give the keys that are left to the prompt, which draws the row anew.  Returns the text
        that stands on its line."""
        os.write(1, ERASE)
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._before)
        if self.rest:
            from prompt_toolkit.input.typeahead import store_typeahead

            store_typeahead(asker.app.input, pressed(self.rest))
        text, self.text, self.rest = self.text, "", b""
        return text


def pressed(typed: bytes) -> list[KeyPress]:
    """The keys that a terminal gave as bytes."""
    from prompt_toolkit.input.vt100_parser import Vt100Parser

    keys: list[KeyPress] = []
    parser = Vt100Parser(keys.append)
    parser.feed(typed.decode("utf-8", "surrogateescape"))
    parser.flush()
    return keys
