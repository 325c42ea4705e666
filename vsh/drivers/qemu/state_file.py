"""What the state file is: its tables, whose it is, and what documents are known by in it."""

from __future__ import annotations

import os

SCHEMA = 1
TABLES = """
CREATE TABLE document (hash TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE object (
    kind TEXT NOT NULL,        -- domain, network, pool ...
    name TEXT NOT NULL,
    uuid TEXT NOT NULL,
    persistent INTEGER NOT NULL,
    autostart INTEGER NOT NULL,
    planned TEXT REFERENCES document (hash),  -- the persistent definition
    live TEXT REFERENCES document (hash),     -- what runs
    facts TEXT NOT NULL,       -- JSON: sizes, for listings; of what runs: id, process, state
    PRIMARY KEY (kind, name)
) WITHOUT ROWID;
CREATE INDEX object_uuid ON object (kind, uuid);
CREATE TABLE moment (
    kind TEXT NOT NULL,        -- snapshot or checkpoint
    domain TEXT NOT NULL,      -- UUID
    name TEXT NOT NULL,
    parent TEXT,
    place INTEGER NOT NULL,    -- the order in which they came
    current INTEGER NOT NULL,
    document TEXT NOT NULL REFERENCES document (hash),    -- without its domains
    definition TEXT REFERENCES document (hash),
    inactive TEXT REFERENCES document (hash),
    PRIMARY KEY (kind, domain, name)
) WITHOUT ROWID;
CREATE INDEX moment_place ON moment (kind, domain, place);
CREATE TABLE job (
    domain TEXT PRIMARY KEY,   -- UUID
    operation TEXT NOT NULL,
    step TEXT NOT NULL,
    facts TEXT NOT NULL        -- JSON: what undoing it needs
) WITHOUT ROWID;
"""


def close_to_others(path: str) -> None:
    """The file is ours alone, and so are those that SQLite makes beside it; definitions have
    passwords.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        if os.fstat(descriptor).st_mode & 0o077:
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def hash_of(text: str | None) -> str | None:
    """What a document is known by."""
    if text is None:
        return None
    import hashlib

    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
