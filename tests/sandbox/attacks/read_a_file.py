def attack(path: str) -> str:
    with open(path) as file:
        return file.read()
