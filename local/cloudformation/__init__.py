"""What CloudFormation does with change sets."""
