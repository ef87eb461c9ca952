"""The streaming job that lands measurements: from Kinesis records to Parquet objects and a ledger."""
