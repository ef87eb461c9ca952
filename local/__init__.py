"""The laptop edition: MiniStack as the AWS endpoint, with one plug-in module for each gap."""
