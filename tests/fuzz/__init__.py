"""Mutated input for everything that reads what others wrote: frames, hand-ins, course files."""
