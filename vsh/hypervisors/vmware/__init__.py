"""VMware: VMX configurations."""

FORMATS = {"vmx": ("read", "write")}
