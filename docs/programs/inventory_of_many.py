"""Print what many hosts have, all asked at once in one event loop: URI..."""

import asyncio
import json
import sys

import vsh.aio


async def inventory(uri: str) -> list[dict[str, object]]:
    async with vsh.aio.connect(uri, timeout=10) as connection:
        domains = await connection.domains()
        infos = await asyncio.gather(*(domain.get_info() for domain in domains))
        return [
            {"host": uri, "name": domain.name, "vcpus": info.nrVirtCpu}
            for domain, info in zip(domains, infos, strict=True)
        ]


async def main() -> None:
    answers = await asyncio.gather(*map(inventory, sys.argv[1:]), return_exceptions=True)
    for uri, answer in zip(sys.argv[1:], answers, strict=True):
        if isinstance(answer, BaseException):
            print(f"{uri}: {answer}", file=sys.stderr)
        else:
            print(*map(json.dumps, answer), sep="\n")


asyncio.run(main())
