"""Points in a guest's time: snapshots, checkpoints, backups."""
