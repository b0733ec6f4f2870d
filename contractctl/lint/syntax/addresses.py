"""The grammars of URLs and of e-mail addresses: what can be told of one without asking anybody."""

from __future__ import annotations

from typing import Final

from contractctl.lint.structure.kinds import compiled

_FORBIDDEN: Final = r"""[\x00-\x20\x7f"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})"""
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*:"
# Before this is asked, no forbidden character is left: only delimiters can be in the wrong place.
_REFERENCE: Final = (
    rf"(?:{_SCHEME}|(?![^/?#]*:))"  # the first segment has no colon where there is no scheme
    r"(?://(?:[^@/?#\[\]]*@)?(?:\[[0-9A-Za-z:.]+\]|[^:@/?#\[\]]*)(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
    r"[^?#\[\]]*(?:\?[^#\[\]]*)?(?:#[^#\[\]]*)?"
)
_DOMAINS: Final = (
    "com|org|net|edu|gov|mil|int|info|biz|io|dev|app|cloud|ai|co|eu|us|uk|de|fr|nl|ch|at|it|es|ca|au|in|jp|se|no|pl|br"
)
_HOST: Final = (
    rf"(?i:(?:[^\s/?#:@]+@)?(?:www\.[^\s/?#:@]+|(?:[a-z0-9\-]+\.)+(?:{_DOMAINS})|localhost)(?::[0-9]+)?(?=[/?#]|\Z))"
)
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+"
_LABEL: Final = r"[A-Za-z0-9\-\u0080-\U0010ffff]+"
_EMAIL: Final = rf'(?:{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\]|\\.)*")@(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Za-z:.\-]+\])'


def url_fault(text: str) -> str:
    """Return why a text is no URI reference (RFC 3986 §4.1), empty for one that is.

    Letters and signs beyond ASCII may stand as they are (RFC 3987), as everybody writes them.
    """
    forbidden = forbidden_in_url(text)
    if forbidden:
        return forbidden
    return "" if compiled(_REFERENCE).fullmatch(text) else "its delimiters are not where RFC 3986 has them"


def forbidden_in_url(text: str) -> str:
    """Return what is wrong with the first character that no URL may hold, empty where all of them may stand."""
    found = compiled(_FORBIDDEN).search(text)
    if found is None:
        return ""
    if found[0] == "%":
        return "`%` begins no escape such as `%20`"
    return f"{_noun(found[0])} cannot stand in one"


def _noun(character: str) -> str:
    if character == " ":
        return "a blank"
    return f"`{character}`" if character.isprintable() and character != "`" else f"the character {ord(character):#x}"


def has_scheme(text: str) -> bool:
    """Tell whether a URL is absolute (RFC 3986 §3.1)."""
    return compiled(_SCHEME).match(text) is not None


def begins_with_host(text: str) -> bool:
    """Tell whether a text begins with what people read as a host: `www.example.com/terms`, `localhost:8080`.

    To a program that is a file in the folder of the description, or a scheme called `localhost`.
    """
    return compiled(_HOST).match(text) is not None


def is_email_address(text: str) -> bool:
    """Tell whether a text has the form of an e-mail address (RFC 5321 §4.1.2, with the letters of RFC 6531)."""
    return compiled(_EMAIL).fullmatch(text) is not None
