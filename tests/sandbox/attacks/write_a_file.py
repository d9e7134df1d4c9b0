def attack(path: str) -> None:
    with open(path, "w") as file:
        file.write("mine")
