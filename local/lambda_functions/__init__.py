"""Lambda functions: how they run, how many at once, and their URLs."""
