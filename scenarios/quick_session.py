"""A session of `requests` for calls that stay in this process: it says the same, and spends little on saying it.

What `requests` does for any call on the internet – cookies, proxies, the .netrc file, settings of the
environment, an address taken apart and put together again – takes longer than a fake's answer. Here the
prepared request is filled in directly. Whatever is not usual goes the usual way.
"""

import json as json_codec
import time
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import requests
from requests.cookies import RequestsCookieJar
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
            and not any(map(how.get, UNUSUAL))
            and not vars(self.cookies)["_cookies"]  # its length is counted one by one
            and not self.hooks["response"]
        )
        if not usual:
            return super().request(method, url, **how)
        prepared = _filled(self.headers, str(method), str(url), how)
        begun = time.perf_counter()
        options: dict[str, Any] = {
            "stream": bool(how.get("stream")),
            "timeout": how.get("timeout"),
            "verify": True,
            "cert": None,
            "proxies": {},
        }
        answer = self.get_adapter(prepared.url or "").send(prepared, **options)
        answer.elapsed = timedelta(seconds=time.perf_counter() - begun)
        if answer.is_redirect:
            return self._redirected(answer, options, follow=how.get("allow_redirects", True))
        if not options["stream"]:
            _ = answer.content
        return answer

    def _redirected(
        self, answer: requests.Response, options: dict[str, Any], *, follow: bool
    ) -> requests.Response:
        """Go where an answer points to, or note where that is."""
        sent = answer.request
        vars(sent)["_cookies"] = RequestsCookieJar()
        if not follow:
            vars(answer)["_next"] = next(
                self.resolve_redirects(answer, sent, yield_requests=True, **options), None
            )
            return answer
        steps: list[requests.Response] = [answer, *self.resolve_redirects(answer, sent, **options)]
        steps[-1].history = steps[:-1]
        return steps[-1]


def _filled(own: Mapping[str, Any], method: str, url: str, how: dict[str, Any]) -> requests.PreparedRequest:
    found = requests.PreparedRequest()
    found.method = method.upper()
    params: Pairs = how.get("params")
    query = _encoded(params) if params else ""
    found.url = (f"{url}&{query}" if "?" in url else f"{url}?{query}") if query else url
    headers = headers_of(own.items())
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
    return found


def headers_of(pairs: Iterable[tuple[str, str]]) -> CaseInsensitiveDict[str]:
    """Return headers as `requests` keeps them; filled in one by one, they would take longer than all else."""
    found: CaseInsensitiveDict[str] = CaseInsensitiveDict.__new__(CaseInsensitiveDict)
    vars(found)["_store"] = OrderedDict([(name.lower(), (name, value)) for name, value in pairs])
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
