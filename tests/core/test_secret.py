"""Secrets nobody can guess, and the rehearsal in which they repeat."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.secret import rehearsal, secret_hex


def drawn(seed: str, count: int = 3) -> list[str]:
    with rehearsal(seed):
        return [secret_hex() for _ in range(count)]


def test_a_secret_never_repeats():
    found = {secret_hex() for _ in range(50)}

    assert len(found) == 50
    assert all(len(one) == 64 and int(one, 16) >= 0 for one in found)


def test_a_rehearsal_repeats_its_secrets_and_another_has_its_own():
    first = drawn("demo:40")

    assert first == drawn("demo:40")
    assert len(set(first)) == 3
    assert not set(first) & set(drawn("demo:41"))


def test_the_end_of_a_rehearsal_brings_real_secrets_back():
    with pytest.raises(ZeroDivisionError), rehearsal("demo:40"):
        raise ZeroDivisionError

    assert secret_hex() not in drawn("demo:40")
    assert secret_hex() != secret_hex()


def test_a_rehearsal_inside_another_gives_the_outer_one_its_place_back():
    with rehearsal("outer"):
        before = secret_hex()
        drawn("inner")
        after = secret_hex()

    assert [before, after] == drawn("outer", 2)


def test_production_has_no_rehearsal(settings):
    settings.PRODUCTION = True

    with pytest.raises(ImproperlyConfigured, match="no place in production"), rehearsal("demo"):
        secret_hex()
