"""What is kept of a path or a query: no secret under whatever name, and no token wherever it stands.

Programs under test send tokens to wrong paths and under wrong names; what the journal and the logs keep of
such a call must be fit to be shown. What is in doubt is left out.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

SECRET = "(secret)"  # noqa: S105  # what is told instead of one
SECRET_NAME = re.compile(
    # What a name may be, and what may stand anywhere in one.
    r"code|authcode|devicecode|auth|sig|signature|sid|session|cookie|pwd|pass|pin|otp"
    r"|.*(?:token|secret|passw|passphrase|jwt|bearer|assertion|authori[sz]ation|apikey|accesskey|subscriptionkey"
    r"|credential|verifier|signature|sessionid|privatekey).*"
)
"""Names of secrets, written as `plain_name` writes them."""
PLAIN_NAMES = frozenset({"pagetoken", "tokentype", "tokentypehint"})
"""Names that sound like a secret's and are none."""
TOKEN_PATHS = frozenset({"token", "revocation", "revoke", "introspect", "introspection", "authorize"})
"""Endpoints that are sent secrets: what follows them in a path may be one."""
SCHEMES = frozenset({"bearer", "dpop"})
"""What a header puts before a token."""
OPAQUE = re.compile(r"(?<![\w-])(?:[A-Za-z0-9_-]{43}|[A-Za-z0-9]{48})(?![\w-])", re.ASCII)
"""The tokens of the authorization server that say nothing: 32 bytes, URL-safe, and Authlib's codes."""
JWT_HEAD = "eyJ"
"""How each JSON Web Token begins: `{"` in Base64."""
BETWEEN = re.compile(r"""([/\\?&;#=:\s"'{},()<>|+]+)""")
"""What stands between a name and its value, and between words."""
ENCODINGS = 5
"""How often over a text may be percent-encoded and is still read."""
REMEMBERED = 200
"""Up to how many characters a harmless text is remembered, so that it is looked at once."""


def masked_path(path: str) -> str:
    """Return a path without what is a secret in it, or may be one; a harmless one as it is."""
    return _remembered(path, _mask_path)


def masked_query(query: str) -> str:
    """Return a query string without the values that are secrets, or may be; a harmless one as it is."""
    return _remembered(query, _mask_query)


def plain_name(name: str) -> str:
    """Return a name without what the ways to spell it differ in: `Access-Token` and `access_token` are one."""
    return "".join(filter(str.isalnum, name.casefold()))


def is_secret_name(name: str) -> bool:
    """Tell whether what has this name is a secret."""
    plain = plain_name(name)
    return plain not in PLAIN_NAMES and SECRET_NAME.fullmatch(plain) is not None


class _HeldSecret(Exception):  # noqa: N818  # no error: what holds a secret is not remembered
    """The text held a secret; `masked` is what is left of it."""

    def __init__(self, masked: str) -> None:
        super().__init__(masked)
        self.masked = masked


def _remembered(text: str, mask: Callable[[str], str]) -> str:
    if len(text) > REMEMBERED:
        return mask(text)
    try:
        return _harmless(text, mask)
    except _HeldSecret as held:
        return held.masked


@lru_cache(maxsize=4096)
def _harmless(text: str, mask: Callable[[str], str]) -> str:
    """Return a text that holds no secret. Raises _HeldSecret for another, which is so never kept here."""
    masked = mask(text)
    if masked != text:
        raise _HeldSecret(masked)
    return text


def _mask_path(path: str) -> str:
    decoded = _decoded(path, unquote)
    masked = _mask(decoded)
    return path if masked == decoded else masked


def _mask_query(query: str) -> str:
    return "&".join(map(_mask_member, query.split("&")))


def _mask_member(member: str) -> str:
    decoded = _decoded(member, unquote_plus)
    masked = _mask(decoded)
    return member if masked == decoded else masked


def _decoded(text: str, decode: Callable[[str], str]) -> str:
    for _ in range(ENCODINGS):
        decoded = decode(text)
        if decoded == text:
            break
        text = decoded
    return text


def _mask(text: str) -> str:
    """Return a decoded text without secrets: after a secret's name nothing of it is told."""
    pieces = BETWEEN.split(text)
    for place in range(0, len(pieces) - 2, 2):
        name, between, rest = pieces[place : place + 3]
        if _announces(name, between) and (rest or place + 3 < len(pieces)):
            return "".join(map(_mask_word, pieces[: place + 2])) + SECRET
    return "".join(map(_mask_word, pieces))


def _announces(name: str, between: str) -> bool:
    """Tell whether a secret follows a word and what stands after it."""
    if "=" in between or ":" in between:
        return is_secret_name(name) or name.casefold() in SCHEMES
    plain = plain_name(name)
    return plain in SCHEMES or ("/" in between and plain in TOKEN_PATHS)


def _mask_word(word: str) -> str:
    if "." in word and JWT_HEAD in word:
        return SECRET
    return OPAQUE.sub(_unless_plain, word)


def _unless_plain(found: re.Match[str]) -> str:
    """Leave a text in one case alone: chance gives a token both."""
    text = found.group()
    return text if text in {text.lower(), text.upper()} else SECRET
