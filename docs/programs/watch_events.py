"""Print what happens to domains, for some seconds: time, name, and what it was."""

import sys
from datetime import UTC, datetime

import vsh
from vsh.words.event import LIFECYCLES

CHANGES = LIFECYCLES["domain"]

with (
    vsh.connect(sys.argv[1]) as connection,
    connection.watch("lifecycle", timeout=float(sys.argv[2])) as watch,
):
    for name in sys.argv[3:]:  # to see something: suspend these
        connection.domains[name].suspend()
    for event in watch:
        print(datetime.now(UTC).isoformat(), event.domain.name, CHANGES.word_of(event.event))
