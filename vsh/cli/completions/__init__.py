"""Completion in the user's shell: one file for each, with its ``SCRIPT`` and ``answer``.

A script hands over the line as it stands and takes the answer as it comes: no word of either is
ever expanded by the shell, since names of files, domains and volumes are other people's.
"""
