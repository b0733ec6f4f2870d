"""Regular expressions of ECMA-262, which JSON Schema writes patterns in, and what other languages have instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from contractctl.core.records import dataclass
from contractctl.lint.structure.kinds import compiled


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a text is no regular expression of ECMA-262, in words that follow it, and what to write instead."""

    reason: str
    hint: str


_LONGEST: Final = 5_000
_MOST_ALTERNATIVES: Final = 300
_TOO_DEEP: Final = "regular expression is too deeply nested"
_PART: Final = (
    r"(?s)\\(?:[pP]\{[^}]*\}?|x\{|.)|\[:\^?[a-z]+:\]|\[\^?|\]"
    r"|\(\?(?:[a-zA-Z-]+\)|P[<=>]|[>#(|&+]|R\)|[0-9]+\))|(?:[*+?]|(?<=[0-9,])\})\+"
)
_INLINE: Final = r"\(\?[a-zA-Z-]+\)"
_ESCAPES: Final[Mapping[str, str]] = {
    "\\A": "`^`",
    "\\Z": "`$`",
    "\\z": "`$`",
    "\\G": "`^`",
    "\\h": "`[ \\t]`",
    "\\x{": "`\\u` and four hexadecimal digits",
    "\\Q": "a backslash before each character that means something",
}
_OTHERS: Final[Mapping[str, tuple[str, str]]] = {
    "(?P<": ("`(?P<` names a group in Python", "write `(?<name>`"),
    "(?P=": ("`(?P=` refers to a group in Python", "write `\\k<name>`"),
    "(?P>": ("`(?P>` calls a group in PCRE", "write the group out"),
    "(?>": ("`(?>` is an atomic group of Perl and Java", "write `(?:`"),
    "(?#": ("`(?#` is a comment of Perl", "take it out"),
    "(?(": ("`(?(` is a condition of Perl", "write the two cases with `|`"),
    "(?|": ("`(?|` is a group of Perl", "write `(?:`"),
}
_OF_JAVA: Final[Mapping[str, str]] = {
    "Alnum": "`A-Za-z0-9` in brackets",
    "Upper": "`A-Z` in brackets",
    "Lower": "`a-z` in brackets",
    "Digit": "`\\d`",
    "XDigit": "`0-9A-Fa-f` in brackets",
    "Space": "`\\s`",
    "Blank": "`[ \\t]`",
    "Print": "`[ -~]`",
    "Graph": "`[!-~]`",
    "Punct": "``[!-/:-@[-`{-~]``",
    "Cntrl": "`[\\x00-\\x1f\\x7f]`",
}
_DELIMITED: Final = r"(?s)/(?:\^.*|.*\$)/[dgimsuvy]*"


@lru_cache(maxsize=4096)
def flaw(pattern: str) -> Flaw | None:
    """Return why a pattern is not ECMA-262, None for one that is, with the flag `u` or without.

    Of those that are right without the flag alone, an escape that other languages have means a plain letter. Nothing
    is said of patterns that are too large to be compiled: 50 000 alternatives overflow the stack of `regress`.
    """
    if len(pattern) > _LONGEST or pattern.count("|") > _MOST_ALTERNATIVES or is_valid(pattern, "u"):
        return None
    foreign = next(_foreign(pattern, is_valid=(valid := is_valid(pattern, ""))), None)
    if foreign is not None or valid:
        return foreign
    complaint = _complaint(pattern)
    return None if complaint == _TOO_DEEP else Flaw(complaint, "mend it, or try it out in a browser")


def is_valid(pattern: str, flags: str) -> bool:
    """Tell whether a pattern can be compiled as ECMA-262 with these flags."""
    return not _error(pattern, flags)


def is_delimited(pattern: str) -> bool:
    """Tell whether a pattern is written between slashes, as in the code of JavaScript or Perl."""
    return compiled(_DELIMITED).fullmatch(pattern) is not None


def _error(pattern: str, flags: str) -> str:
    import regress

    try:
        regress.Regex(pattern, flags) if flags else regress.Regex(pattern)
    except regress.RegressError as error:
        return str(error) or "it cannot be read"
    return ""


def _complaint(pattern: str) -> str:
    words = _error(pattern, "")
    return f"{words[:1].lower()}{words[1:]}"


def _foreign(pattern: str, *, is_valid: bool) -> Iterator[Flaw]:
    """Yield the constructs of other languages, in order; `is_valid` tells that each means something else here."""
    in_class = False
    for match in compiled(_PART).finditer(pattern):
        part = match.group()
        if part[0] == "\\":
            yield from _escape(part, in_class=in_class)
        elif part[:2] == "[:":
            if in_class:
                yield Flaw(f"`{part}` is a class of POSIX", "list the characters, as in `[A-Za-z]`")
        elif part in {"[", "[^"}:
            in_class = True
        elif part == "]":
            in_class = False
        elif not in_class and not is_valid:
            yield _construct(part)


def _escape(part: str, *, in_class: bool) -> Iterator[Flaw]:
    if part[:2] in {"\\p", "\\P"} and len(part) > 2:
        yield _property(part)
    elif part in _ESCAPES and not (in_class and part in {"\\A", "\\Z", "\\z", "\\G"}):
        yield Flaw(f"`{part}` is not an escape of ECMA-262", f"write {_ESCAPES[part]}")


def _property(part: str) -> Flaw:
    name = part[3:].rstrip("}")
    if is_valid(part, "u"):
        return Flaw(
            f"`{part}` needs the flag `u`, and with that another part of it is an error", "escape what needs it only"
        )
    if name in _OF_JAVA:
        return Flaw(f"`{part}` is a class of Java", f"write {_OF_JAVA[name]}")
    return Flaw(f"`{part}` is not a property of Unicode", "name one as in `\\p{L}` or `\\p{Script=Latin}`")


def _construct(part: str) -> Flaw:
    if part in _OTHERS:
        return Flaw(*_OTHERS[part])
    if compiled(_INLINE).fullmatch(part):
        return Flaw(
            f"`{part}` sets flags, which is not ECMA-262",
            "take it out; to ignore case, write both cases, as in `[Aa]`",
        )
    if part.endswith("+"):
        return Flaw(f"`{part}` is a possessive quantifier of Java", f"write `{part[:-1]}`")
    return Flaw(f"`{part}` is a construct of another language", "write it with what ECMA-262 has")
