"""Commands, and what they tell: a module a group, registered in ``grader.cli``."""
