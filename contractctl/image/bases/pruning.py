"""What of the standard library a server does without: tools, GUI, installers, protocols that it does not speak.

What is left out may not be named by an import of the server or of its wheels, nor be imported by what stays.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_TOOLS = frozenset(
    {
        *("_aix_support", "_android_support", "antigravity", "_apple_support", "bdb", "_bootsubprocess", "cmd"),
        *("code", "compileall", "cProfile", "_distutils_system_mod", "doctest", "filecmp", "fileinput", "__hello__"),
        *("_ios_support", "mbcs", "modulefinder", "oem", "optparse", "_osx_support", "pdb", "pickletools"),
        *("plistlib", "proactor_events", "profile", "pstats", "pty", "pyclbr", "pydoc", "_pyio", "rlcompleter"),
        *("sched", "shelve", "sitecustomize", "symtable", "tabnanny", "tarfile", "this", "timeit", "trace"),
        *("turtle", "webbrowser", "windows_events", "windows_utils", "zipapp"),
    }
)
"""What serves those who develop, and other systems than Linux."""

_PROTOCOLS = frozenset(
    {
        *("aifc", "asynchat", "asyncore", "bz2", "bz2_codec", "cgi", "cgitb", "chunk", "colorsys", "crypt"),
        *("ftplib", "imaplib", "imghdr", "lzma", "mailbox", "mailcap", "netrc", "nntplib", "pipes", "poplib"),
        *("smtpd", "smtplib", "sndhdr", "sunau", "telnetlib", "uu", "wave", "xdrlib"),
    }
)
"""What speaks a protocol or reads a format that no contract speaks of."""

_FOLDERS = frozenset(
    {
        *("ctypes", "curses", "dbm", "dist-packages", "distutils", "dom", "ensurepip", "etree", "idlelib"),
        *("lib2to3", "msilib", "__phello__", "__pycache__", "pydoc_data", "_pyrepl", "sax", "site-packages"),
        *("sqlite3", "test", "tests", "tkinter", "turtledemo", "unittest", "venv", "wsgiref", "xmlrpc"),
    }
)

_EXTENSIONS = frozenset(
    {
        *("audioop", "_bz2", "_crypt", "_ctypes", "_curses", "_curses_panel", "_dbm", "_elementtree", "_gdbm"),
        *("_lsprof", "_lzma", "_multiprocessing", "nis", "ossaudiodev", "_posixshmem", "readline", "spwd"),
        *("_sqlite3", "_tkinter", "_uuid", "_xxinterpchannels", "xxlimited", "xxlimited_35", "_xxsubinterpreters"),
        *("xxsubtype", "_xxtestfuzz"),
    }
)
"""Compiled modules by name: of what is left out above, and what has another one in its place."""

_PROCESSES = ("multiprocessing", "process.py")
"""Pools of processes: the server starts its workers itself."""

_PRUNED = frozenset({*_FOLDERS, *_PROCESSES, "EXTERNALLY-MANAGED", *(f"{module}.py" for module in _TOOLS | _PROTOCOLS)})

_STANDING_IN = {"_pydecimal.py": "_decimal", "_pydatetime.py": "_datetime"}
"""What takes the place of a compiled module where that is absent."""


def is_pruned(name: str) -> bool:
    """Tell whether a file or folder of the standard library is left out, by its name at whatever depth."""
    if name in _STANDING_IN:
        return find_spec(_STANDING_IN[name]) is not None
    return name in _PRUNED or name.startswith("config-")


def serves(extension: Path) -> bool:
    """Tell whether a compiled module of the standard library goes along."""
    name = extension.name.partition(".")[0]
    return name not in _EXTENSIONS and not name.startswith("_test")
