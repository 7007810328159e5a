"""What may leave the house. The only room that makes a `SafeFinding`."""
