"""Grades for other programs: a gradebook as CSV, everything as JSON."""
