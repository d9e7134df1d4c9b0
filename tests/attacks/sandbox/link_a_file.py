"""Keep a file of the grader alive under another name."""

import os


def attack(path, link):
    os.link(path, link)
