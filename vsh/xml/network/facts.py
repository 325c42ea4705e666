"""What parts of a network have to know of the whole while it is read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.reading import Reading


class Facts:
    """What parts of a network have to know of the whole."""

    __slots__ = ("address", "has_boot", "has_tftp", "name", "partial", "places", "prefix")

    def __init__(self, name: str | None, *, partial: bool = False) -> None:
        self.name = name
        self.partial = partial
        self.address: str | None = None
        self.prefix = -1
        self.places: list[tuple[int, int, int, int]] = []
        self.has_boot = False
        self.has_tftp = False

    @classmethod
    def of(cls, reading: Reading) -> Facts:
        """Those of the network that is being read."""
        facts = reading.facts
        assert isinstance(facts, Facts)
        return facts

    def copy(self) -> Facts:
        """The same, for another part."""
        return Facts(self.name, partial=self.partial)
