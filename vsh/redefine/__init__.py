"""Bringing the metadata of snapshots and checkpoints back, with every rule checked before anything
is sent.
"""
