"""What the zygote imports: whatever student code, NumPy or the standard library may import later.

After the lockdown no file can be opened, so a module that is not loaded by then cannot be had.
"""

from __future__ import annotations

import importlib
import time
import warnings
from typing import Final

NUMPY: Final = """
numpy numpy.char numpy.ctypeslib numpy.dtypes numpy.exceptions numpy.fft numpy.lib numpy.lib.format
numpy.lib.mixins numpy.lib.npyio numpy.lib.scimath numpy.lib.stride_tricks numpy.linalg numpy.ma
numpy.ma.extras numpy.ma.mrecords numpy.matlib numpy.polynomial numpy.polynomial.chebyshev
numpy.polynomial.hermite numpy.polynomial.legendre numpy.polynomial.polynomial numpy.random
numpy.rec numpy.strings numpy.testing numpy.typing numpy._core._methods numpy._core._dtype
numpy._core._internal numpy._core.strings
""".split()  # noqa: SIM905 - one name a line would be a page

STANDARD_LIBRARY: Final = """
__future__ _strptime abc argparse array ast asyncio base64 binascii bisect builtins bz2 cProfile
calendar cmath cmd code codecs codeop collections collections.abc colorsys concurrent
concurrent.futures concurrent.futures.process concurrent.futures.thread configparser contextlib
contextvars copy copyreg csv ctypes ctypes.util dataclasses datetime decimal difflib dis doctest
email email.message email.parser enum errno faulthandler fcntl filecmp fileinput fnmatch fractions
ftplib functools gc getopt getpass gettext glob graphlib gzip hashlib heapq hmac html html.parser
http http.client http.server importlib importlib.metadata importlib.resources importlib.util inspect
io ipaddress itertools json json.decoder json.encoder json.scanner json.tool keyword linecache
locale logging logging.config logging.handlers lzma mailbox marshal math mimetypes mmap
multiprocessing multiprocessing.connection multiprocessing.pool multiprocessing.shared_memory
numbers opcode operator optparse os os.path pathlib pdb pickle pickletools pkgutil platform plistlib
posixpath pprint profile pstats pty queue quopri random re reprlib resource runpy sched secrets
select selectors shelve shlex shutil signal site socket socketserver sqlite3 ssl stat statistics
string stringprep struct subprocess symtable sys sysconfig tarfile tempfile termios textwrap
threading time timeit token tokenize tomllib trace traceback tracemalloc tty types typing
unicodedata unittest unittest.case unittest.mock unittest.suite urllib urllib.error urllib.parse
urllib.request uuid warnings wave weakref xml xml.dom xml.etree xml.etree.ElementTree zipapp zipfile
zipimport zlib zoneinfo
""".split()  # noqa: SIM905 - one name a line would be a page

ENCODINGS: Final = """
encodings.ascii encodings.cp1252 encodings.idna encodings.latin_1 encodings.punycode
encodings.raw_unicode_escape encodings.unicode_escape encodings.utf_16 encodings.utf_16_be
encodings.utf_16_le encodings.utf_32 encodings.utf_7 encodings.utf_8 encodings.utf_8_sig
""".split()  # noqa: SIM905 - one name a line would be a page


def preload() -> list[str]:
    """Import all of it; return the names of what this Python was built without."""
    missing = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated modules are loaded too: students still use them
        for name in (*NUMPY, *STANDARD_LIBRARY, *ENCODINGS):
            try:
                importlib.import_module(name)
            except ImportError:
                missing.append(name)
    time.tzset()  # reads the time zone from disk
    return missing
