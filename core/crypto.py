"""Encryption of personal data and the keyed blind index that finds it again.

Keys come from settings: `FIELD_KEYS` (the first encrypts, every one decrypts, so keys can be rotated) and
`BLIND_INDEX_KEY`. The provider stands here alone, so that SM4 and SM3 can take its place (domain §7).
"""

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    def fernet(key: str) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))

    return MultiFernet([fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return _cipher(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode() if text else ""


def decrypt(token: str) -> str:
    return _cipher(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode() if token else ""


def blind_index(purpose: str, value: str) -> str | None:
    """Keyed digest for equality search: 32 hex digits, None for an empty value (so that unique columns allow it)."""
    normal = "".join(value.split()).upper()
    if not normal:
        return None
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), f"{purpose}:{normal}".encode(), hashlib.sha256).hexdigest()[:32]


class EncryptedTextField(models.TextField):
    """Text kept encrypted in the database and read as plain text in Python. It cannot be searched or sorted."""

    def get_prep_value(self, value):
        return encrypt(value) if value else ""

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else ""
