"""Start another program."""

import os


def attack(path):
    os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", f"echo mine > {path}"], {}), 0)
