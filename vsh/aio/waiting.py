"""Waiting in an event loop until a domain is in some condition."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from vsh.acts.wait import AGENT, CONDITIONS
from vsh.words.domain.state import DomainState, state_of

if TYPE_CHECKING:
    from vsh.aio.domain import Domain


async def wait(
    domain: Domain,
    condition: str | None = None,
    timeout: float | None = None,
    *,
    state: DomainState | str | None = None,
) -> bool:
    """Wait as ``vsh.acts.wait.wait`` does; False if time is up before."""
    if (condition is None) == (state is None):
        raise ValueError("either a condition or a state can be waited for")
    if condition is not None and condition not in CONDITIONS:
        raise ValueError(f"{condition!r} cannot be waited for: one of {', '.join(CONDITIONS)}")
    word = "lifecycle" if condition is None else CONDITIONS[condition].word
    wanted = state_of(state) if isinstance(state, str) else state

    async def holds() -> bool:
        if wanted is not None:
            return await domain.state == wanted
        if condition == "domain-inactive":
            return not await domain.is_active()
        from vsh.xml.engine.reader import parse

        path = "./devices/channel/target[@name = $name and @state = 'connected']"
        return bool(parse(await domain.get_xml_desc()).xpath(path, name=AGENT))

    async with domain.connection.watch(word, of=domain) as watch:
        try:
            async with asyncio.timeout(timeout):
                while not await holds():
                    if await watch.next() is None:
                        return False
        except TimeoutError:
            return False
    return True
