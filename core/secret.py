"""Secrets that nobody can guess, and a rehearsal in which they repeat.

A demo has to be the same every time, its draws and certificate codes too. `rehearsal` gives it secrets that follow
from a seed; it is refused in production, where every secret comes from the system.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_seed: ContextVar[Iterator[str] | None] = ContextVar("rehearsal", default=None)


def secret_hex() -> str:
    """64 hex digits: 256 bits from the system, or the next of a rehearsal."""
    source = _seed.get()
    return next(source) if source else secrets.token_hex(32)


@contextmanager
def rehearsal(seed: str) -> Iterator[None]:
    """Within this block secrets follow from the seed. Refused in production."""
    if settings.PRODUCTION:
        raise ImproperlyConfigured("A rehearsal repeats its secrets; it has no place in production.")
    token = _seed.set(hashlib.sha256(f"{seed}:{number}".encode()).hexdigest() for number in count())
    try:
        yield
    finally:
        _seed.reset(token)
