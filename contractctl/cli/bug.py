"""What becomes of an error that nobody expected: one line, and a file that can be sent."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from contractctl import __version__
from contractctl.cli.streams import say
from contractctl.core.patterns import pattern
from contractctl.report.words import visible

STATUS = 70
_ISSUES = "https://github.com/contractctl/contractctl/issues"
_USERINFO = pattern(r"://[^/@\s'\"]+@")
_SHOWN = 200


def report_bug(error: Exception, *, line: Sequence[str], folder: Path | None = None) -> int:
    """Write the traceback to a file without the passwords of URLs, say so, and return the exit status.

    `line` is the command line. The file comes into `folder`, by default the one for temporary files.
    """
    import tempfile
    import traceback

    say(f"error: a bug of contractctl: {visible(f'{type(error).__name__}: {error}')[:_SHOWN]}")
    trace = "".join(traceback.format_exception(error))
    text = f"contractctl {__version__}, Python {sys.version}\n{' '.join(line)}\n\n{trace}"
    try:
        with tempfile.NamedTemporaryFile(
            "w",
            dir=folder,
            prefix="contractctl-",
            suffix=".txt",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as file:
            file.write(_USERINFO.sub("://…@", text))
    except OSError as failure:
        say(f"  hint: please report it at {_ISSUES}; run it with --debug for the traceback ({failure.strerror})")
    else:
        say(f"  hint: please report it at {_ISSUES} with {file.name}")
    return STATUS
