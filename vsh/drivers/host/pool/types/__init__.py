"""The types of storage pools: a file for each, whose ``backend`` does what pools of it can."""
