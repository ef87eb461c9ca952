"""Trino 476, the engine that Athena is made from, brought and run on this machine."""
