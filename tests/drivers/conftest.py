"""A network namespace for tests that make links, rules and traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import own_network as support
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from own_network import OwnNetwork


@pytest.fixture
def own_network() -> Iterator[OwnNetwork]:
    """The test runs in a network namespace of its own."""
    why = support.obstacle()
    if why is not None:
        pytest.skip(why)
    with support.OwnNetwork() as entered:
        yield entered
