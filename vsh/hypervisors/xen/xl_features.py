"""CPU features: what xl calls them, and what libvirt does."""

from __future__ import annotations

# libvirt's name: xl's, where they differ
_NAMES = {
    "cx16": "cmpxchg16", "cid": "cntxid", "ds_cpl": "dscpl", "pclmuldq": "pclmulqdq",
    "pni": "sse3", "ht": "htt", "pn": "psn", "clflush": "clfsh", "sep": "sysenter",
    "cx8": "cmpxchg8", "nodeid_msr": "nodeid", "cr8legacy": "altmovcr8", "lahf_lm": "lahfsahf",
    "cmp_legacy": "cmplegacy", "fxsr_opt": "ffxsr", "pdpe1gb": "page1gb", "spec-ctrl": "ibrsb",
}  # fmt: skip
_BACK = {theirs: ours for ours, theirs in _NAMES.items()}


def to_xl(name: str) -> str:
    """What xl calls a feature."""
    return _NAMES.get(name, name)


def from_xl(name: str) -> str:
    """What libvirt calls a feature."""
    return _BACK.get(name, name)
