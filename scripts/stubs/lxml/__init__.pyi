"""What vsh uses of lxml."""
