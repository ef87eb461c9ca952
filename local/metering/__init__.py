"""What an account would be billed for, counted where it happens."""
