"""Put one's own values in the place of the expected ones."""

import ctypes


def attack(pid, address):
    class Vector(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    buffer = ctypes.create_string_buffer(b"mine")
    local = Vector(ctypes.addressof(buffer), 4)
    remote = Vector(address, 4)
    one = ctypes.c_ulong(1)
    ctypes.CDLL(None).process_vm_writev(pid, ctypes.byref(local), one, ctypes.byref(remote), one, ctypes.c_ulong(0))
