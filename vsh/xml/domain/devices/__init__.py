"""The devices of a domain, one file each."""
