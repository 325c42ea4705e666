"""libvirt's vocabulary: flags and enumerations with their numbers, one file for each object."""
