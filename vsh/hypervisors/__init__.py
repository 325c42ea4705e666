"""What each hypervisor adds to a document: defaults, checks, addresses, native formats."""
