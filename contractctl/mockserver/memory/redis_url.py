"""The URL of a Redis: what of it is for us, what for its client, and what may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from contractctl.mockserver.record import record

OPTIONS: Final = ("db", "username", "password", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "ssl_cert_reqs")
"""What may be said behind the question mark, besides `prefix`."""
_LONGEST_NAME: Final = 200


@record
class RedisUrl:
    """A URL that was read. `plain` is for the client, `shown` for people; `name` is the one that was given, if any."""

    plain: str
    shown: str
    name: str
    secrets: tuple[str, ...]


def read_redis_url(text: str) -> RedisUrl:
    """Read `redis://`, `rediss://` or `unix://`; raise ValueError with what is wrong, which never quotes a password."""
    if "#" in text:
        raise ValueError("it has a #, which is %23 in a password")
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError:
        raise ValueError("it has no port that could be used") from None
    given = dict(parse_qsl(url.query, keep_blank_values=True))
    name = given.pop("prefix", "")
    unknown = sorted(given.keys() - set(OPTIONS))
    if unknown:
        raise ValueError(f"it has an option {unknown[0]}; it may have prefix, {', '.join(OPTIONS)}")
    _check_tls(url.scheme, given)
    database = given.get("db", "") or ("" if url.scheme == "unix" else url.path.strip("/"))
    if database and not (database.isascii() and database.isdigit()):
        raise ValueError("its database is no number: redis://HOST:PORT/0")
    place = url.path if url.scheme == "unix" else f"{url.hostname or 'localhost'}:{port or 6379}"
    if url.scheme == "unix" and not url.path:
        raise ValueError("it names no socket: unix:///run/redis.sock")
    secrets = (unquote(url.password or ""), url.password or "", given.get("password", ""))
    return RedisUrl(
        text.partition("?")[0] + (f"?{urlencode(given)}" if given else ""),
        f"Redis at {place}{f' (database {database})' if database not in {'', '0'} else ''}",
        name,
        tuple(secret for secret in secrets if secret),
    )


def _check_tls(scheme: str, given: Mapping[str, str]) -> None:
    for option, value in given.items():
        if option.startswith("ssl_") and scheme != "rediss":
            raise ValueError(f"its option {option} is for rediss:// alone")
        if option == "ssl_cert_reqs" and value not in {"none", "optional", "required"}:
            raise ValueError("its option ssl_cert_reqs is none of none, optional and required")
        if option in {"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"} and not Path(value).is_file():
            raise ValueError(f"its option {option} names a file that is not there: {value}")


def key_name(text: str) -> str:
    """Return a name as keys have it: letters, digits and -._~, anything else escaped, cut where it is very long."""
    from hashlib import sha256

    name = quote(text, safe="", errors="surrogatepass") or "mock"
    return name if len(name) <= _LONGEST_NAME else name[:100] + "~" + sha256(name.encode()).hexdigest()[:16]
