"""The storage pools of this machine."""
