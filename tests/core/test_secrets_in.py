"""Secrets by what they look like, held against what only speaks of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsvc.core.secrets_in import SecretKind, luhn, secrets_in

# Put together here, so that no scanner takes this file for a leak.
HEX = "0123456789abcdef" * 3
LETTERS = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the key is sk-" + LETTERS, SecretKind.API_KEY),
        ("use sk-proj-" + LETTERS + " for it", SecretKind.API_KEY),
        ("sk_live_" + LETTERS, SecretKind.API_KEY),
        ("AKIA" + "ABCDEFGH12345678", SecretKind.API_KEY),
        ("token: ghp_" + LETTERS, SecretKind.API_KEY),
        ("xoxb-" + "123456789012-abc", SecretKind.API_KEY),
        ("AIza" + LETTERS[:35], SecretKind.API_KEY),
        ("api_key=" + HEX[:32], SecretKind.API_KEY),
        ("My API key is '" + HEX[:32] + "'", SecretKind.API_KEY),
        ("Authorization: Bearer " + HEX, SecretKind.API_KEY),
        ("-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE", SecretKind.PRIVATE_KEY),
        ("-----BEGIN " + "PRIVATE KEY-----", SecretKind.PRIVATE_KEY),
        ("My password is hunter2", SecretKind.PASSWORD),
        ("password: s3cret!", SecretKind.PASSWORD),
        ('the wifi password is "sunflower"', SecretKind.PASSWORD),
        ("passphrase = correct-horse-7", SecretKind.PASSWORD),
        ("The PWD was Winter#24.", SecretKind.PASSWORD),
        ("card 4111 1111 1111 1111, please", SecretKind.CREDIT_CARD),
        ("5555-5555-5555-4444", SecretKind.CREDIT_CARD),
        ("amex 378282246310005", SecretKind.CREDIT_CARD),
        (
            "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
            SecretKind.JWT,
        ),
    ],
)
def test_what_has_the_form_of_a_secret(text: str, kind: SecretKind) -> None:
    assert secrets_in(text) == {kind}


@pytest.mark.parametrize(
    "text",
    [
        "I forgot my password again.",
        "The password is required.",
        "My password is wrong, it says.",
        "password: ********",
        "password=<your password>",
        "password is $PASSWORD",
        "Her password is the name of a street.",
        "The api key is in the vault.",
        "api_key = your-api-key-goes-here",
        "sk-8 is a bus line",
        "task-" + LETTERS,
        "She scored 4111 points in 1111 games.",
        "order 4111 1111 1111 1112",  # no check digit
        "isbn 9780306406157",
        "call +351 21 123 45 67",
        "id 1234567890123456",  # no issuer
        "4111111111111111a",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "eyJ is how tokens begin",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "uuid 123e4567-e89b-12d3-a456-426614174000",
        "bearer of good news about the harbour",
        "",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert secrets_in(text) == frozenset()


@given(st.integers(0, 10**14))
def test_one_last_digit_of_ten_is_right(number: int) -> None:
    assert sum(luhn(f"{number}{digit}") for digit in range(10)) == 1


@given(st.text(max_size=300))
def test_any_text_is_looked_through(text: str) -> None:
    assert secrets_in(text) <= set(SecretKind)
