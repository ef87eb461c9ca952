"""Faults on order, for tests."""
