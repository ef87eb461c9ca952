"""Lambda functions: how they run, and their URLs."""
