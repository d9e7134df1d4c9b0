"""Send an array of objects: pointers into the memory of the grader."""

from frames import send


def attack():
    send(["a", "O", [1]], payload=bytes(range(1, 9)))


def honest():
    return "honest"
