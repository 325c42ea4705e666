"""What a domain must be under any hypervisor: completed, checked, compared, given addresses."""
