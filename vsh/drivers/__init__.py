"""Who answers: one folder per URI scheme, plus ``remote``, which speaks to a libvirt daemon."""
