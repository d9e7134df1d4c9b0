"""Find the file with the result, whatever its name, and rewrite it."""

import glob


def attack(folder):
    for path in glob.glob(f"{folder}/*result*.json"):
        with open(path, "w") as file:
            file.write('{"score": 100}')
