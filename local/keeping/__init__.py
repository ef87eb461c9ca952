"""The laptop edition keeps what it has: on disk as it changes, found again at the next start."""
