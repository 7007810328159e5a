"""The action plan as data: what was decided, promised and prioritised. Loads; computes nothing."""
