"""VMware: VMX configurations."""
