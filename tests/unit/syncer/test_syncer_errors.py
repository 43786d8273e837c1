import inspect
import ssl
from unittest.mock import Mock

import pytest
import requests
from requests import exceptions as r
from urllib3.exceptions import MaxRetryError, NameResolutionError, NewConnectionError
from urllib3.exceptions import SSLError as Urllib3SSLError

from syncer.errors import (
    FOREIGN,
    ApiError,
    ConfigError,
    LedgerError,
    LimitError,
    MalformedError,
    NotConnectedError,
    OutcomeUnknownError,
    ReconnectNeededError,
    RefusedError,
    StaleError,
    SyncerError,
    UnreachableError,
    translate,
)

EXPECTED: dict[type[requests.RequestException], type[ApiError]] = {
    r.RequestException: OutcomeUnknownError,
    r.InvalidJSONError: UnreachableError,
    r.JSONDecodeError: OutcomeUnknownError,
    r.HTTPError: OutcomeUnknownError,
    r.ConnectionError: OutcomeUnknownError,
    r.ProxyError: UnreachableError,
    r.SSLError: OutcomeUnknownError,
    r.Timeout: OutcomeUnknownError,
    r.ConnectTimeout: UnreachableError,
    r.ReadTimeout: OutcomeUnknownError,
    r.URLRequired: UnreachableError,
    r.TooManyRedirects: OutcomeUnknownError,
    r.MissingSchema: UnreachableError,
    r.InvalidSchema: UnreachableError,
    r.InvalidURL: UnreachableError,
    r.InvalidHeader: UnreachableError,
    r.InvalidProxyURL: UnreachableError,
    r.ChunkedEncodingError: OutcomeUnknownError,
    r.ContentDecodingError: OutcomeUnknownError,
    r.StreamConsumedError: OutcomeUnknownError,
    r.RetryError: OutcomeUnknownError,
    r.UnrewindableBodyError: OutcomeUnknownError,
}
"""Every class of requests, and what it proves: `Unreachable` only where nothing can have been sent."""


def test_every_class_of_requests_is_in_the_table_of_this_test() -> None:
    found = {
        one for _, one in inspect.getmembers(r, inspect.isclass) if issubclass(one, requests.RequestException)
    }
    assert found == set(EXPECTED)


def test_every_row_of_the_syncers_table_names_a_class_of_requests() -> None:
    assert {name for name in FOREIGN if not hasattr(r, name)} == set()


def test_an_error_that_is_none_of_requests_is_raised_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError, match="ours"):
        translate(ZeroDivisionError("ours"), "XPM", "x")


@pytest.mark.parametrize(("foreign", "ours"), EXPECTED.items(), ids=lambda one: one.__name__)
def test_each_class_of_requests_becomes_the_error_that_it_proves(
    foreign: type[requests.RequestException], ours: type[ApiError]
) -> None:
    error = foreign("m", "d", 0) if foreign is r.JSONDecodeError else foreign("m")
    found = translate(error, "XPM", "client.api/list")
    assert type(found) is ours
    assert (found.system, found.operation) == ("XPM", "client.api/list")
    assert str(found).startswith("XPM, client.api/list: ")


def wrapped(reason: Exception) -> MaxRetryError:
    return MaxRetryError(Mock(), "/", reason)


@pytest.mark.parametrize(
    "reason",
    [NewConnectionError(Mock(), "refused"), NameResolutionError("h", Mock(), Mock())],
)
def test_a_connection_that_was_never_made_is_unreachable(reason: Exception) -> None:
    found = translate(r.ConnectionError(wrapped(reason)), "XPM", "x")
    assert type(found) is UnreachableError
    assert str(found) == "XPM, x: nobody answers there: is it up, and is its URL right?"


def test_a_connection_that_broke_for_another_reason_may_have_carried_the_call() -> None:
    assert type(translate(r.ConnectionError(wrapped(OSError("reset"))), "XPM", "x")) is OutcomeUnknownError
    assert type(translate(r.ConnectionError(), "XPM", "x")) is OutcomeUnknownError


def test_a_refused_certificate_stops_a_call_before_it_is_sent() -> None:
    for inner in (
        ssl.SSLCertVerificationError("self-signed"),
        Urllib3SSLError(ssl.SSLCertVerificationError("old")),
    ):
        found = translate(r.SSLError(wrapped(inner)), "XPM", "x")
        assert type(found) is UnreachableError
        assert "certificate" in str(found)


def test_tls_that_breaks_later_proves_nothing() -> None:
    broke = r.SSLError(wrapped(Urllib3SSLError(ssl.SSLError("bad record mac"))))
    assert type(translate(broke, "XPM", "x")) is OutcomeUnknownError


def test_the_tree_is_as_it_is_drawn() -> None:
    parents = {
        ConfigError: SyncerError,
        LedgerError: SyncerError,
        NotConnectedError: SyncerError,
        ReconnectNeededError: SyncerError,
        ApiError: SyncerError,
        UnreachableError: ApiError,
        OutcomeUnknownError: ApiError,
        RefusedError: ApiError,
        StaleError: RefusedError,
        LimitError: ApiError,
        MalformedError: ApiError,
    }
    assert {one: one.__bases__ for one in parents} == {one: (parent,) for one, parent in parents.items()}


def test_errors_carry_what_a_caller_may_ask() -> None:
    refused = RefusedError("XPM", "client.api/add", "Name is required")
    assert (refused.what, refused.status) == ("Name is required", 200)
    limit = LimitError("XPM", "x", "the day limit lifts in 9000 s", 9000)
    assert limit.seconds == 9000
