"""What happened at the endpoint, in the order in which it took effect, for a checker to judge."""
