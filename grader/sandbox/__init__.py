"""Run student code where it can do no harm, and answer the grader's calls."""
