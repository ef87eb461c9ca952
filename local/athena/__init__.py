"""Athena on this machine: SQL in Athena's dialect over the Parquet objects that the Glue catalogue knows."""
