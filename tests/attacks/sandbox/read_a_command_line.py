"""Read with what arguments the grader was started."""


def attack(pid):
    with open(f"/proc/{pid}/cmdline") as file:
        return file.read()
