"""Which types of storage pools this machine can have, with the words for their formats."""

from __future__ import annotations

from vsh.drivers.host.pool.backend import supported
from vsh.xml.host.domain_capabilities import Value
from vsh.xml.storage.kinds import KINDS
from vsh.xml.storage.pool_capabilities import PoolCapabilities, PoolOffer, PoolWords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def capabilities() -> PoolCapabilities:
    """All types, and whether what they need is here."""
    found = PoolCapabilities()
    found.pools = [_offer(kind, here=here) for kind, here in supported().items()]
    return found


def _offer(name: str, *, here: bool) -> PoolOffer:
    kind, offer = KINDS[name], PoolOffer()
    offer.type, offer.supported = name, here
    offer.pool_words, offer.volume_words = [], []
    if kind.formats:
        offer.pool_format = kind.format
        offer.pool_words = [_words("sourceFormatType", kind.formats)]
    if kind.volumes:
        offer.volume_format = kind.volume
        words = () if name == "rbd" else kind.volumes  # its images are raw whatever is asked
        offer.volume_words = [_words("targetFormatType", words)]
    return offer


def _words(name: str, words: Sequence[str]) -> PoolWords:
    found = PoolWords()
    found.name = name
    found.choices = [_value(word) for word in words]
    return found


def _value(word: str) -> Value:
    found = Value()
    found.text = word
    return found
