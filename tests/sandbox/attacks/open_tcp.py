import socket


def attack(port: int) -> None:
    socket.create_connection(("127.0.0.1", port)).send(b"hello")
