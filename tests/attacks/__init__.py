"""The attack suite: what a hand-in can try, shown to work where nothing defends, and held everywhere else.

sandbox/        attacks on the machine and on other processes; one file an attack, run in a worker
wire/           attacks on the grading process by what a worker sends, or by how it ends
grading/        attacks on the points
cases.py        the list, and which row of the catalogue each answers
judges.py, peers.py, ...   say, from the trusted side, whether an attack had its effect
runner.py       runs attacks in every tier, as another user, or under Docker's filter
matrix.py       runs it all and writes the table of docs/security.md
"""
