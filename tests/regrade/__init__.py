"""Regrades: what is pending, what changes, and why."""
