"""Judges a trace of the laptop edition by the rules of the protocol."""
