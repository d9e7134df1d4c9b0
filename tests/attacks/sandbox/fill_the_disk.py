"""Write many files."""


def attack(folder):
    for number in range(200):
        with open(f"{folder}/{number}", "wb") as file:
            file.write(bytes(1 << 16))
