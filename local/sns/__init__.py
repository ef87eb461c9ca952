"""What SNS sends to its subscribers."""
