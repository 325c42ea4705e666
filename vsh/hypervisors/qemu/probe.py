"""Ask a QEMU what it can do: it is started without a machine, for its monitor only."""

from __future__ import annotations

from vsh.errors import InternalError, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import Popen
    from types import TracebackType
    from typing import Self

    from vsh.hypervisors.qemu.capabilities import Capabilities
    from vsh.qmp.value import Value

_BARE = ("-S", "-no-user-config", "-nodefaults", "-nographic")
_END = 5.0  # seconds that a program gets to end by itself


class Probe:
    """A QEMU that answers questions; it ends with the ``with`` block.

    accelerators  what helps it, the first that can: ``kvm:tcg``.  Raises InternalError.
    """

    def __init__(self, program: str, accelerators: str = "kvm:tcg") -> None:
        import subprocess

        from vsh.qmp.session import Session

        machine = f"none,accel={accelerators}"
        words = [program, *_BARE, "-machine", machine, "-qmp", "stdio"]
        try:
            self._process: Popen[bytes] = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise InternalError(f"Cannot run {program}: {error.strerror}") from None
        self._program = program
        self._session = Session()

    def __enter__(self) -> Self:
        try:
            self("qmp_capabilities")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program."""
        from contextlib import suppress
        from subprocess import TimeoutExpired

        try:
            self._process.communicate(self._session.command("quit")[1], timeout=_END)
        except (TimeoutExpired, OSError):
            self._process.kill()
            self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def __call__(self, command: str, arguments: Mapping[str, object] | None = None) -> Value:
        """What QEMU answers.  Raises OperationUnsupported where it refuses."""
        id, data = self._session.command(command, arguments)
        source, sink = self._process.stdout, self._process.stdin
        if source is None or sink is None:
            raise InternalError("QEMU has no monitor")
        try:
            sink.write(data)
            sink.flush()
        except OSError:
            raise self._ended() from None
        while (reply := self._session.answer(id)) is None:
            line = source.readline()
            if not line:
                raise self._ended()
            self._session.feed(line)
        if reply.error is not None:
            raise OperationUnsupported(reply.error[1])
        return reply.value

    def _ended(self) -> InternalError:
        said = self._process.stderr.read() if self._process.stderr is not None else b""
        words = said.decode("utf-8", "replace").strip()
        return InternalError(f"{self._program} ended before it answered: {words}")


def capabilities(probe: Probe, emulation: Probe | None = None) -> Capabilities:
    """What a program can do; ``emulation``: the same one without hardware help."""
    from vsh.hypervisors.qemu.capabilities import Capabilities

    return Capabilities(probe, emulation)
