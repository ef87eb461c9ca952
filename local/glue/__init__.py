"""Glue on this machine: jobs that run on Spark, crawlers that read the lake, partitions of the catalogue."""
