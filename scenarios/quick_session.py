"""A session of `requests` for calls that stay in this process: it says the same, and spends little on saying it.

What `requests` does for any call on the internet – cookies, proxies, the .netrc file, settings of the
environment, an address taken apart and put together again – takes longer than a fake's answer. Here the
prepared request is filled in directly. Whatever is not usual goes the usual way.
"""

import json as json_codec
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import requests
from requests.cookies import RequestsCookieJar
from requests.hooks import default_hooks
from requests.structures import CaseInsensitiveDict

UNUSUAL = ("files", "cookies", "proxies", "hooks", "cert")
Pairs = Mapping[str, Any] | None


class QuickSession(requests.Session):
    """A session that fills its requests in directly, where nothing unusual is asked for."""

    def request(self, method: str | bytes, url: str | bytes, **how: Any) -> requests.Response:  # type: ignore[override]  # the same, by keywords alone
        """Send a request, as `requests.Session.request` does."""
        auth, data = how.get("auth"), how.get("data")
        usual = (
            isinstance(method, str)
            and isinstance(url, str)
            and (auth is None or isinstance(auth, tuple))
            and (data is None or isinstance(data, str | bytes | dict))
            and not any(how.get(name) for name in UNUSUAL)
            and not self.cookies
        )
        if not usual:
            return super().request(method, url, **how)
        prepared = _filled(self.headers, str(method), str(url), how)
        prepared.hooks = {**default_hooks(), **self.hooks}
        return self.send(
            prepared,
            stream=bool(how.get("stream")),
            timeout=how.get("timeout"),
            verify=True,
            cert=None,
            proxies={},
            allow_redirects=how.get("allow_redirects", True),
        )


def _filled(own: Mapping[str, Any], method: str, url: str, how: dict[str, Any]) -> requests.PreparedRequest:
    found = requests.PreparedRequest()
    found.method = method.upper()
    params: Pairs = how.get("params")
    query = _encoded(params) if params else ""
    found.url = (f"{url}&{query}" if "?" in url else f"{url}?{query}") if query else url
    headers: CaseInsensitiveDict[str] = CaseInsensitiveDict(own)
    body, kind = _body(how.get("data"), how.get("json"))
    if kind:
        headers["Content-Type"] = kind
    if body is not None:
        headers["Content-Length"] = str(len(body))
    elif found.method not in {"GET", "HEAD"}:
        headers["Content-Length"] = "0"
    if auth := how.get("auth"):
        headers["Authorization"] = "Basic " + b64encode(f"{auth[0]}:{auth[1]}".encode("latin-1")).decode()
    for name, value in (how.get("headers") or {}).items():
        if value is None:
            headers.pop(name, None)  # so a header of the session is left out
        else:
            headers[name] = value
    found.headers = headers
    found.body = body
    vars(found)["_cookies"] = RequestsCookieJar()
    return found


def _body(data: Any, json: Any) -> tuple[bytes | None, str]:
    if data:
        if isinstance(data, dict):
            return _encoded(data).encode(), "application/x-www-form-urlencoded"
        return (data.encode() if isinstance(data, str) else data), ""
    if json is not None:
        return json_codec.dumps(json, allow_nan=False).encode(), "application/json"
    return None, ""


def _encoded(pairs: Mapping[str, Any]) -> str:
    flat = [
        (name, one)
        for name, value in pairs.items()
        for one in (value if isinstance(value, list | tuple) else [value])
        if one is not None
    ]
    return urlencode(flat)
