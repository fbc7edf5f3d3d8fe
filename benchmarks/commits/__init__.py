"""What shared commits gain, and what is left of the wait for the disk."""
