"""What a host is made of: capabilities, node devices, interfaces."""
