"""The volumes of this machine's storage pools."""
