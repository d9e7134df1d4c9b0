"""Become the user of another worker."""

import os


def attack(uid):
    os.setresuid(uid, uid, uid)
