"""What S3 tells of its objects, and how they are read."""
