"""Rights enforced: every call is judged by the policies of who makes it, where `CELLFLOW_IAM=1`."""
