"""Search the memory of the grader for the expected values."""

import re


def attack(pid):
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            found = re.match(r"(\w+)-(\w+) rw.*\[(?:heap|stack)\]", line)
            if found:
                start, end = (int(address, 16) for address in found.groups())
                memory.seek(start)
                if b"open sesame" in memory.read(end - start):
                    return True
    return False
