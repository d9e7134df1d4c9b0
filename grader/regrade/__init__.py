"""A change in the course, looked at before it is published: what is pending, whom it concerns, and why."""
