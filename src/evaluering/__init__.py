"""Evaluates a municipality's plan against youth crime: what a notebook may call."""
