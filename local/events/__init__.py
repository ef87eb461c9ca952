"""What EventBridge's rules do with their targets."""
