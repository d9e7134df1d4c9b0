"""End the process as if all had gone well."""

import os


def attack():
    os._exit(0)


def honest():
    return "honest"
