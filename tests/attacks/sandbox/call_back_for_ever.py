"""Ask the grader to compute the same thing for ever."""


def attack(compute):
    while True:
        compute(1)
