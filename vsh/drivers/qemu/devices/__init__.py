"""Devices that come to guests, leave them and change, in what runs and in the configuration."""
