"""A file in, a checked frame out. Knows the plan, never the statistics."""
