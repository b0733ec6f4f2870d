"""Ways to break a description: each takes what is needed to break one thing, or does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contractctl.core.json import Json, is_array, is_object
from contractctl.lint.structure.kinds import Tokens
from tests.lint.breaking import Broken, Make, Spot, Whole, first, misspelt

THREE = ("3.0", "3.1", "3.2")
EARLY = ("2.0", "3.0")
LATE = ("3.1", "3.2")
_CLAIMS = ("enum", "example", "default", "examples", "const")
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def only(versions: tuple[str, ...], make: Make) -> Make:
    """Break descriptions of some versions only."""
    return lambda whole: make(whole) if whole.version in versions else None


def with_value(kind: str, name: str, value: Json, word: str = "") -> Make:
    """Give a field that is there another value."""
    return lambda whole: first(whole.put((*at, name), value, word) for at, _ in whole.holding(kind, name))


def added(kind: str, name: str, value: Json, *beside: str) -> Make:
    """Add a field where others are; the finding may stand at any of them."""

    def make(whole: Whole) -> Broken | None:
        spots = (at for at, found in whole.holding(kind, *beside) if name not in found)
        return first(Broken(whole.put((*at, name), value).root, at, name) for at in spots)

    return make


def parameters(whole: Whole, location: str, *names: str) -> Iterator[Spot]:
    return (spot for spot in whole.holding("parameter", *names) if spot[1].get("in") == location)


def of_parameter(location: str, name: str, value: Json, word: str = "") -> Make:
    return lambda whole: first(
        whole.put((*at, name), value, word) for at, found in parameters(whole, location) if "content" not in found
    )


def _schemas(whole: Whole, *types: str) -> Iterator[Spot]:
    return (spot for spot in whole.spots("schema") if spot[1].get("type") in types)


def of_schema(fields: Mapping[str, Json], *types: str, at: str, word: str = "", without: Tokens = ()) -> Make:
    """Give schemas of some types fields that are wrong together; the finding is due at `at`."""

    def make(whole: Whole) -> Broken | None:
        for tokens, found in _schemas(whole, *types):
            if "$ref" not in found:
                kept = {name: value for name, value in found.items() if name not in (*_CLAIMS, *without)}
                broken = whole.put(tokens, {**kept, **fields})
                return Broken(broken.root, (*tokens, at), word or at)
        return None

    return make


def with_key(kind: str, field: str, wrong: str, word: str = "") -> Make:
    """Give an entry of a map another key."""

    def make(whole: Whole) -> Broken | None:
        for tokens, found in whole.holding(kind, field):
            entries = found[field]
            if is_object(entries) and entries:
                return whole.rename((*tokens, field, whole.chance.choice(list(entries))), wrong, word)
        return None

    return make


def reference(wrong: str, *, rename: bool = False) -> Make:
    """Let a reference to a component lead elsewhere."""

    def make(whole: Whole) -> Broken | None:
        for tokens, target in references(whole.root):
            stem, _, name = target.rpartition("/")
            if target.startswith("#/") and len(name) > 2 and (rename or not target.startswith(wrong)):
                other = f"{stem}/{misspelt(name, whole.chance)}" if rename else wrong
                return whole.put(tokens, other, other)
        return None

    return make


def references(value: Json, tokens: Tokens = ()) -> Iterator[tuple[Tokens, str]]:
    """Yield the references of paths and components; those in data are few, and look alike."""
    waiting: list[tuple[Json, Tokens]] = [(value, tokens)]
    while waiting:
        value, tokens = waiting.pop()
        children = value.items() if is_object(value) else enumerate(value) if is_array(value) else ()
        for key, child in children:
            if key == "$ref" and isinstance(child, str):
                yield (*tokens, "$ref"), child
            elif key not in ("example", "examples", "default", "enum") and not str(key).startswith("x-"):
                waiting.append((child, (*tokens, str(key))))


def misled(whole: Whole) -> Broken | None:
    for tokens, target in references(whole.root):
        if tokens[-3:-2] == ("parameters",) and target.startswith("#/"):
            for at, _ in whole.spots("response"):
                if len(at) < 4 and at[0] in ("components", "responses"):
                    wrong = "#/" + "/".join(at)
                    return whole.put(tokens, wrong, wrong)
    return None


def circle(whole: Whole) -> Broken | None:
    for at, _ in whole.spots("response", "parameter"):
        if len(at) < 4 and at[0] in ("components", "responses", "parameters"):
            loop = "#/" + "/".join(at)
            broken = whole.put(at, {"$ref": loop}, loop)
            return Broken(broken.root, (*at, "$ref"), loop)
    return None


def operations(whole: Whole) -> list[Spot]:
    return [spot for spot in whole.spots("operation") if spot[0][0] == "paths" and len(spot[0]) == 3]


def id_twice(whole: Whole) -> Broken | None:
    found = [spot for spot in operations(whole) if isinstance(spot[1].get("operationId"), str)]
    if len(found) < 2:
        return None
    (at, _), (_, other), *_ = found
    return whole.put((*at, "operationId"), other["operationId"], str(other["operationId"]))


def twice(kind: str, field: str) -> Make:
    """Repeat the first entry of a list."""

    def make(whole: Whole) -> Broken | None:
        for at, found in whole.holding(kind, field):
            items = found[field]
            if is_array(items) and items:
                broken = whole.put((*at, field), [*items, items[0]])
                word = items[0].get("name", "twice") if is_object(items[0]) else items[0]
                return Broken(broken.root, (*at, field, str(len(items))), str(word))
        return None

    return make


def header_twice(whole: Whole) -> Broken | None:
    for at, found in whole.holding("operation", "parameters"):
        listed = found["parameters"]
        for one in listed if is_array(listed) else ():
            if is_object(one) and one.get("in") == "header" and isinstance(name := one.get("name"), str):
                broken = whole.put((*at, "parameters"), [*listed, {**one, "name": name.swapcase()}])
                return Broken(broken.root, (*at, "parameters", str(len(listed))), name.swapcase())
    return None


def _templates(whole: Whole) -> Iterator[tuple[str, str]]:
    paths = whole.root.get("paths")
    for path in paths if is_object(paths) else ():
        _, _, rest = path.partition("{")
        name = rest.partition("}")[0]
        if name and "/" not in name:
            yield path, name


def template(change: str, word: str) -> Make:
    """Change a path with a variable: `{path}`, `{before}`, `{name}` and `{after}` are filled in."""

    def make(whole: Whole) -> Broken | None:
        for path, name in _templates(whole):
            before, _, after = path.partition("{" + name + "}")
            wrong = change.format(path=path, before=before, name=name, after=after)
            if wrong not in (path, ""):
                return whole.rename(("paths", path), wrong, word.format(name=name))
        return None

    return make


def same_path(whole: Whole) -> Broken | None:
    for path, name in _templates(whole):
        paths = whole.root["paths"]
        other = path.replace("{" + name + "}", "{" + name + "X}")
        if is_object(paths) and other not in paths:
            return whole.put(("paths", other), {}, other)
    return None


def variable_lost(whole: Whole) -> Broken | None:
    for at, found in parameters(whole, "path", "name"):
        if at[0] == "paths":
            wrong = f"{found['name']}Wrong"
            return whole.put((*at, "name"), wrong, wrong)
    return None


def status_code(wrong: str) -> Make:
    def make(whole: Whole) -> Broken | None:
        for at, found in whole.spots("responses"):
            codes = [code for code in found if code != "default" and not code.startswith("x-")]
            if codes:
                return whole.rename((*at, whole.chance.choice(codes)), wrong)
        return None

    return make


def emptied(kind: str, field: str, value: Json) -> Make:
    return lambda whole: first(whole.put((*at, field), value) for at, _ in whole.holding(kind, field))


def security(value: Json, word: str) -> Make:
    return lambda whole: first(whole.put((*at, "security"), value, word) for at, _ in operations(whole))


def wrong_scope(whole: Whole) -> Broken | None:
    for at, found in whole.holding("operation", "security"):
        needs = found["security"]
        for index, need in enumerate(needs if is_array(needs) else ()):
            for name, scopes in need.items() if is_object(need) else ():
                if is_array(scopes) and scopes:
                    return whole.put((*at, "security", str(index), name, "0"), "nobody:knows", "nobody:knows")
    return None


def key_of_component(whole: Whole) -> Broken | None:
    spots = [at for at, _ in whole.spots("response", "parameter", "security-scheme") if at[0] == "components"]
    return first(whole.put((*at[:2], "a b"), {"$ref": f"#/{'/'.join(at)}"}, "a b") for at in spots if len(at) == 3)


def body_of_get(whole: Whole) -> Broken | None:
    body: Json = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    spots = [at for at, found in operations(whole) if at[-1] == "get" and "requestBody" not in found]
    return first(whole.put((*at, "requestBody"), body, "body") for at in spots)


def in_property(change: Mapping[str, Json], word: str) -> Make:
    """Give an object with a schema of its own an example that is wrong."""

    def make(whole: Whole) -> Broken | None:
        for at, found in whole.spots("schema"):
            if is_object(found.get("properties")) and "$ref" not in found and "example" not in found:
                broken = whole.put(at, {**found, "type": "object", **change})
                return Broken(broken.root, (*at, "example"), word)
        return None

    return make


def two_bodies(whole: Whole) -> Broken | None:
    one: dict[str, Json] = {"in": "body", "schema": {"type": "object"}}
    for at, _ in operations(whole):
        if at[-1] in ("put", "post"):
            broken = whole.put((*at, "parameters"), [{"name": "a", **one}, {"name": "b", **one}])
            return Broken(broken.root, (*at, "parameters", "1"), "body")
    return None


def undeclared_variable(whole: Whole) -> Broken | None:
    servers = [at for at, found in whole.spots("server") if "variables" not in found]
    return first(whole.put((*at, "url"), "https://{stage}.example.com", "stage") for at in servers)


def server_default(whole: Whole) -> Broken | None:
    return first(
        whole.put((*at, "default"), "no such stage", "no such stage")
        for at, _ in whole.holding("server-variable", "enum")
    )


def paths(whole: Whole) -> list[str]:
    paths = whole.root.get("paths")
    found = [path for path in paths if path.startswith("/")] if is_object(paths) else []
    whole.chance.shuffle(found)
    return found


def callback(whole: Whole) -> Broken | None:
    for at, found in whole.spots("callback"):
        keys = [key for key in found if not key.startswith("x-")]
        if keys:
            return whole.rename((*at, keys[0]), "{$request.bdy#/url}", "$request.bdy")
    return None
