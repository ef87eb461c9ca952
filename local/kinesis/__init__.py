"""Kinesis streams: their shards and records."""
