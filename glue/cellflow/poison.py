"""What cannot be landed."""


class Poison(Exception):
    """A record that cannot be landed, and why."""
