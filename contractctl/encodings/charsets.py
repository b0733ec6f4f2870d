"""The charsets that bodies may be in."""

from __future__ import annotations

import re

_KNOWN = re.compile(
    r"utf-?8|utf-?(?:16|32)(?:-?[bl]e)?|(?:us-)?ascii|iso-8859-\d{1,2}|latin-?\d{1,2}|windows-\d{3,4}|cp\d{3,4}"
    r"|koi8-[rtu]|shift_jis|euc-(?:jp|kr|cn)|gb(?:k|2312|18030)|big5(?:-?hkscs)?|iso-2022-(?:jp|kr)",
    re.IGNORECASE,
)


def is_known(name: str) -> bool:
    """Tell whether a charset is one of those that are in use.

    Python has codecs beside them that take quadratic time (idna, punycode). And it remembers each name for which it
    has none, for good: who may choose any fills the memory.
    """
    return _KNOWN.fullmatch(name) is not None
