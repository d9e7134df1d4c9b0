def attack(pid: int) -> str:
    with open(f"/proc/{pid}/environ") as file:
        return file.read()
