"""The key that the mock signs its tokens with: made at start, or given as MOCK_SIGNING_KEY."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson

from contractctl.mockserver.record import record
from contractctl.mockserver.settings import SettingError
from contractctl.mockserver.tokens.jwts import encode

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

VARIABLE = "MOCK_SIGNING_KEY"
MISSING = (
    "--auth token needs cryptography and pyjwt, which are not here; an image has them when it is built with them: "
    "contractctl build-mock --auth token"
)
_LEAST_BITS = 2048
"""RFC 7518 §3.3"""
_KINDS = f"RSA of at least {_LEAST_BITS} bits, or EC on P-256, P-384 or P-521"
_REMEDY = "make one: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"


@record
class _Curve:
    name: str
    algorithm: str


_CURVES: Mapping[str, _Curve] = {
    "secp256r1": _Curve("P-256", "ES256"),
    "secp384r1": _Curve("P-384", "ES384"),
    "secp521r1": _Curve("P-521", "ES512"),
}
"""RFC 7518 §3.4, by the name that cryptography has for them."""


class SigningKey:
    """A private key with the algorithm that it signs with.

    `public` is the JWK of its public half (RFC 7517), `id` its thumbprint (RFC 7638). `secret` are 32 bytes that only
    those who have the same key know.
    """

    def __init__(
        self,
        algorithm: str,
        jwk: dict[str, str],
        *,
        secret: bytes,
        sign: Callable[[bytes], bytes],
        verify: Callable[[bytes, bytes], bool],
    ) -> None:
        self.algorithm = algorithm
        self.id = _thumbprint(jwk)
        self.public = {**jwk, "use": "sig", "alg": algorithm, "kid": self.id}
        self.secret = secret
        self.sign = sign
        """Return the signature of a message."""
        self.verify = verify
        """Tell whether a signature (the second) is of a message."""


def signing_key(given: str) -> SigningKey:
    """Return the key of a PEM text, or where it is empty a new RSA key; raise SettingError for one that is no good."""
    try:
        from cryptography.hazmat.primitives.asymmetric import rsa
    except ImportError:
        raise SettingError(MISSING) from None
    if not given.strip():
        return _rsa_key(rsa.generate_private_key(65537, _LEAST_BITS), secrets.token_bytes(32))
    return _given_key(given)


def _given_key(given: str) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    # Variables hold no line ends in some files of settings.
    key = _read(given.replace("\\n", "\n"))
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_BITS:
        make: Callable[[bytes], SigningKey] = partial(_rsa_key, key)
    elif isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        make = partial(_ec_key, key)
    else:
        raise SettingError(f"{VARIABLE} is a key that cannot sign tokens; it must be {_KINDS}; {_REMEDY}")
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return make(sha256(b"contractctl mock: what only the issuer can read\0" + private).digest())


def _read(text: str) -> object:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(text.strip().encode(), None)
    except TypeError:
        raise SettingError(f"{VARIABLE} is encrypted; decrypt it first: openssl pkey -in KEY -out PLAIN") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SettingError(f"{VARIABLE} is no private key in PEM; it must be {_KINDS}; {_REMEDY}") from None


def _rsa_key(key: rsa.RSAPrivateKey, secret: bytes) -> SigningKey:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    public, padding, hashing = key.public_key(), PKCS1v15(), SHA256()
    numbers = public.public_numbers()

    def verify(message: bytes, signature: bytes) -> bool:
        try:
            public.verify(signature, message, padding, hashing)
        except InvalidSignature:
            return False
        return True

    jwk = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    return SigningKey(
        "RS256", jwk, secret=secret, sign=lambda message: key.sign(message, padding, hashing), verify=verify
    )


def _ec_key(key: ec.EllipticCurvePrivateKey, secret: bytes) -> SigningKey:
    """Make a key of a curve. Signatures are two numbers of the curve's size (RFC 7518 §3.4), and not DER."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    curve, size = _CURVES[key.curve.name], (key.curve.key_size + 7) // 8
    by_size: Mapping[str, hashes.HashAlgorithm] = {
        "256": hashes.SHA256(),
        "384": hashes.SHA384(),
        "512": hashes.SHA512(),
    }
    public, ecdsa = key.public_key(), ECDSA(by_size[curve.algorithm[2:]])
    numbers = public.public_numbers()

    def sign(message: bytes) -> bytes:
        return b"".join(number.to_bytes(size, "big") for number in decode_dss_signature(key.sign(message, ecdsa)))

    def verify(message: bytes, signature: bytes) -> bool:
        first, second = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        try:
            public.verify(encode_dss_signature(first, second), message, ecdsa)
        except InvalidSignature:
            return False
        return len(signature) == 2 * size

    jwk = {"kty": "EC", "crv": curve.name, "x": _number(numbers.x, size), "y": _number(numbers.y, size)}
    return SigningKey(curve.algorithm, jwk, secret=secret, sign=sign, verify=verify)


def _number(value: int, size: int = 0) -> str:
    """Return a number as a JWK has it (RFC 7518 §2, §6.2.1.2)."""
    return encode(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _thumbprint(jwk: dict[str, str]) -> str:
    """Return the hash of the required members, in order (RFC 7638 §3)."""
    return encode(sha256(orjson.dumps(jwk, option=orjson.OPT_SORT_KEYS)).digest())
