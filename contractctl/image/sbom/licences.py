"""Licences as SPDX expressions, and what is none.

Sources: SPDX 2.3 annex D; PEP 639; Trove classifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from contractctl.core.patterns import pattern

_KNOWN = {
    name.lower(): name
    for name in (
        *("0BSD", "AFL-2.1", "AFL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0"),
        *("Artistic-1.0", "Artistic-1.0-Perl", "Artistic-2.0", "blessing", "BSD-1-Clause", "BSD-2-Clause"),
        *("BSD-2-Clause-Patent", "BSD-3-Clause", "BSD-4-Clause", "BSD-4-Clause-UC", "BSL-1.0", "bzip2-1.0.6"),
        *("CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0", "curl", "EPL-1.0"),
        *("EPL-2.0", "EUPL-1.2", "FSFAP", "FSFUL", "FSFULLR", "GFDL-1.3-or-later", "GPL-1.0-only", "GPL-1.0-or-later"),
        *("GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "HPND", "ICU", "ISC"),
        *("LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only"),
        *("LGPL-3.0-or-later", "Libpng", "libtiff", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "NCSA", "OFL-1.1"),
        *("OLDAP-2.8", "OpenSSL", "PostgreSQL", "PSF-2.0", "Python-2.0", "Python-2.0.1", "Ruby", "SMLNJ", "TCL"),
        *("Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "UPL-1.0", "Vim", "W3C", "WTFPL", "X11", "Zlib", "ZPL-2.1"),
    )
}
_EXCEPTIONS = {
    name.lower(): name
    for name in (
        *("Autoconf-exception-3.0", "Bison-exception-2.2", "Classpath-exception-2.0", "GCC-exception-3.1"),
        *("LLVM-exception", "Linux-syscall-note", "OpenSSL-exception"),
    )
}
_CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "",
    "GNU General Public License v3 (GPLv3)": "GPL-3.0-only",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "zlib/libpng License": "Zlib",
}
"""The last part of classifiers that name one licence; of the BSD licences there are several."""

_OPERATORS = {"and": "AND", "or": "OR", "with": "WITH"}
_TOKEN = pattern(r"\s*([()]|[A-Za-z0-9.+-]+)\s*")


def spdx_expression(text: str) -> str:
    """Return an expression in the spelling of the list of licences, "" for what is no expression of common licences."""
    words = list(_words(text))
    return _joined(words) if words and _is_whole(words) else ""


def classified(classifiers: Iterable[str]) -> str:
    """Return the licence that Trove classifiers name; "" for none and for several, which do not say how they apply."""
    names = {line.rpartition("::")[2].strip() for line in classifiers if line.startswith("License ::")}
    return _CLASSIFIED.get(names.pop(), "") if len(names) == 1 else ""


def _words(text: str) -> Iterable[str]:
    """Yield the words of an expression as SPDX spells them; an unknown one as it is, after which nothing is whole."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            yield "?"
            return
        word = match[1].lower()
        plus = "+" if word.endswith("+") else ""
        known = _KNOWN.get(word.removesuffix("+"))
        yield known + plus if known else _EXCEPTIONS.get(word) or _OPERATORS.get(word) or match[1]
        at = match.end()


def _is_whole(words: list[str]) -> bool:
    """Tell whether operators stand between licences, and brackets are closed."""
    shape = "".join(map(_kind, words))
    for _ in words:
        shape = re.sub(r"LWE|\(L\)|L[AO]L", "L", shape)
    return shape == "L"


def _kind(word: str) -> str:
    if word in _EXCEPTIONS.values():
        return "E"
    if word.removesuffix("+") in _KNOWN.values():
        return "L"
    return {"AND": "A", "OR": "O", "WITH": "W", "(": "(", ")": ")"}.get(word, "?")


def _joined(words: list[str]) -> str:
    return " ".join(words).replace("( ", "(").replace(" )", ")")
