"""How documents are shown: one file per format, each with ``render``, ``render_all`` and
``report``."""
