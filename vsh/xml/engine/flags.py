"""What a reader or a writer may be asked for: bits of one word, shared by all formats.

The public API's numbers (``VIR_DOMAIN_XML_*`` ...) differ from object to object: the callers
translate.
"""

from __future__ import annotations

INACTIVE = 1  # the stored configuration: what only a running guest has is left out
SECURE = 2  # passwords are written
UPDATE_CPU = 4  # the CPU as the guest will see it
MIGRATABLE = 8  # for the other side of a migration
REDEFINE = 16  # a snapshot or checkpoint that existed before
INTERNAL = 32  # a driver's own state file: <active> and the like
CURRENT = 64  # write <active>1</active>
NO_DOMAIN = 128  # a checkpoint without its <domain>
SIZE = 256  # a checkpoint with the sizes of its bitmaps
OFFLINE = 512  # a snapshot of a guest that is off
SKIP_VALIDATE = 1024  # no semantic checks (a <domain> inside a snapshot)
STATUS = 2048  # a guest's run-time file
CLOCK_ADJUST = 4096  # write <clock> as it stands now
PLAIN = 8192  # leave generated parts out, as for comparison
ABI_UPDATE = 16384  # a guest that is new: what it sees may be chosen freely
