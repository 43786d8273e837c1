import pytest
from syncer_desk import KEY, OTHER_KEY

from syncer.errors import ConfigError, LedgerError
from syncer.vault import Vault

SECRET = {"access_token": "very-secret", "expires_at": "2026-07-01T10:00:00Z"}


def test_what_was_sealed_opens_again() -> None:
    assert Vault(KEY).open(Vault(KEY).seal(SECRET)) == SECRET


def test_a_seal_shows_nothing_of_what_is_in_it() -> None:
    sealed = Vault(KEY).seal(SECRET)
    assert "very-secret" not in sealed
    assert "access_token" not in sealed


def test_another_key_says_what_to_do() -> None:
    sealed = Vault(OTHER_KEY).seal(SECRET)
    with pytest.raises(
        LedgerError, match=r"encrypted with another key: put the old one behind a comma in SYNCER_KEY"
    ):
        Vault(KEY).open(sealed)


def test_the_first_key_seals_and_all_of_them_open() -> None:
    both = Vault(f"{KEY}, {OTHER_KEY}")
    assert both.open(Vault(OTHER_KEY).seal(SECRET)) == SECRET
    assert Vault(KEY).open(both.seal(SECRET)) == SECRET
    with pytest.raises(LedgerError):
        Vault(OTHER_KEY).open(both.seal(SECRET))


@pytest.mark.parametrize("keys", [None, "", "  "])
def test_without_a_key_it_says_how_to_make_one(keys: str | None) -> None:
    with pytest.raises(ConfigError, match=r"set SYNCER_KEY to a key .* make one with: python3 -c"):
        Vault(keys).seal(SECRET)


@pytest.mark.parametrize("keys", ["short", f"{KEY},short", ",", "ключ"])
def test_something_that_is_no_key_is_refused_without_being_repeated(keys: str) -> None:
    with pytest.raises(
        ConfigError, match=r"^SYNCER_KEY holds something that is no key; set SYNCER_KEY"
    ) as refused:
        Vault(keys)
    assert KEY not in str(refused.value)


@pytest.mark.parametrize("broken", ["", "no seal at all", "ключ"])
def test_a_seal_that_was_tampered_with_does_not_open(broken: str) -> None:
    with pytest.raises(LedgerError):
        Vault(KEY).open(broken)
