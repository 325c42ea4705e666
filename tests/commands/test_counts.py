"""What commands cost in numbers that do not depend on the machine: documents that are parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vsh.xml.engine import reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

DOMAIN = """\
<domain type='test'><name>d{number}</name>
<uuid>00000000-0000-4000-8000-{number:012}</uuid><memory>1024</memory>
<os><type>hvm</type></os>{more}</domain>
"""


@pytest.mark.parametrize("count", [5, 20])
@pytest.mark.parametrize("command", ["define", "create"])
def test_a_definition_is_parsed_once(
    run: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    count: int,
) -> None:
    """By the driver; what was dropped is told of that same reading."""
    lines = []
    for number in range(count):
        more = "<dropped/>" if number == 1 else ""
        (tmp_path / f"{number}.xml").write_text(DOMAIN.format(number=number, more=more))
        lines.append(f"{command} {number}.xml")
    parsed: list[str | bytes] = []
    real = reader.parse

    def parse(document: str | bytes) -> Any:
        parsed.append(document)
        return real(document)

    monkeypatch.setattr(reader, "parse", parse)
    result = run("-c", "test:///default", "; ".join(lines))
    assert result.status == 0
    assert result.err == "warning: 1.xml:3: unknown element <dropped>: it was dropped\n"
    assert len([each for each in parsed if b"<name>d" in _bytes(each)]) == count


def _bytes(document: str | bytes) -> bytes:
    return document.encode() if isinstance(document, str) else document
