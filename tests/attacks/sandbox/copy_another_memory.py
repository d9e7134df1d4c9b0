"""Copy the expected values out of the memory of the grader."""

import ctypes


def attack(pid, address, size):
    class Vector(ctypes.Structure):
        _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))

    buffer = ctypes.create_string_buffer(size)
    local = Vector(ctypes.addressof(buffer), size)
    remote = Vector(address, size)
    one = ctypes.c_ulong(1)
    ctypes.CDLL(None).process_vm_readv(pid, ctypes.byref(local), one, ctypes.byref(remote), one, ctypes.c_ulong(0))
    return buffer.value.decode()
