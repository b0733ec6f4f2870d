"""What authors write where they do not want to hear of a fault: comments, and the member `x-lint-ignore`."""

from __future__ import annotations

from collections.abc import Iterator

from contractctl.core.json import Json, is_array, is_object
from contractctl.core.locations import Location
from contractctl.core.patterns import pattern
from contractctl.core.records import dataclass
from contractctl.core.suggestions import nearest

WORD = "contractctl:"
MEMBER = "x-lint-ignore"
_SPEECH = pattern(rf"#\s*{WORD}\s*(?P<verb>[\w-]*)\s*(?:\[(?P<codes>[^\]]*)(?P<end>\])?)?\s*(?P<reason>.*)")
_BETWEEN = pattern(r"[\s,]+")
_COMMENT_FORM = "write `# contractctl: ignore[code] reason`"
_MEMBER_FORM = "write `x-lint-ignore: {code: reason}`"


@dataclass(frozen=True, slots=True)
class Wish:
    """That findings of one rule are not told. `reason` is empty where none is given."""

    code: str
    at: Location
    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """What seems to be a wish and cannot be understood: what is wrong with it, and how one is written."""

    at: Location
    message: str
    hint: str


def wishes_of_comment(text: str, at: Location) -> Iterator[Wish | Unclear]:
    """Read `# contractctl: ignore[code, code] reason`, which may follow upon another comment; prose says nothing."""
    speech = _SPEECH.search(text)
    if speech is None:
        return
    verb, codes = speech["verb"], _codes(speech["codes"] or "")
    if verb != "ignore":
        if speech["codes"] is not None or nearest(verb, ("ignore",)):
            yield Unclear(at, f"`{verb}` is nothing that a comment can ask of contractctl", _COMMENT_FORM)
    elif speech["codes"] is not None and speech["end"] is None:
        yield Unclear(at, "the bracket of this `ignore` is not closed", _COMMENT_FORM)
    elif not codes:
        yield Unclear(at, "this `ignore` does not say which rule", _COMMENT_FORM)
    for code in codes if verb == "ignore" and speech["end"] else ():
        yield Wish(code, at, speech["reason"].strip())


def wishes_of_member(value: Json, at: Location) -> Iterator[Wish | Unclear]:
    """Read the value of `x-lint-ignore`: reasons by code, a list of codes, or one code."""
    if is_object(value) and value:
        for code, reason in value.items():
            here = Location(at.place / code)
            if reason is None or isinstance(reason, str):
                yield Wish(code, here, (reason or "").strip())
            else:
                yield Unclear(here, f"the reason to ignore `{code}` must be a string", _MEMBER_FORM)
    elif is_array(value) and value:
        for index, item in enumerate(value):
            yield _named(item, Location(at.place / index))
    else:
        yield _named(value, at)


def _named(code: Json, at: Location) -> Wish | Unclear:
    if isinstance(code, str) and code.strip():
        return Wish(code.strip(), at, "")
    return Unclear(at, f"this `{MEMBER}` does not say which rule", _MEMBER_FORM)


def _codes(written: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, _BETWEEN.split(written))))
