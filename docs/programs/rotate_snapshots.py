"""Take a snapshot of a domain, and keep only the newest COUNT: URI DOMAIN COUNT NAME..."""

import sys

import vsh

uri, name, count, *new = sys.argv[1:]
with vsh.connect(uri) as connection:
    domain = connection.domains[name]
    for word in new:
        domain.snapshots.create(word)
    by_age = sorted(domain.snapshots, key=lambda snapshot: (snapshot.created, snapshot.name))
    for snapshot in by_age[: -int(count)]:
        snapshot.delete()
    print(*domain.snapshots.names())
