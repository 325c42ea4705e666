"""``python -m vsh``, and where the installed program starts."""

from __future__ import annotations

import sys

from vsh.main import main

if __name__ == "__main__":
    sys.exit(main())
