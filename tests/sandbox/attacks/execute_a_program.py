import os


def attack(path: str) -> None:
    os.execv("/bin/sh", ["sh", "-c", f"echo mine > {path}"])
