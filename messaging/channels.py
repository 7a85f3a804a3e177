"""Ways out of the product: an SMS provider by its dotted path in settings, mail through Django."""

import sys
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class DeliveryError(Exception):
    """A provider did not take a message; it is worth trying again."""


class Sms(Protocol):
    def send(self, phone: str, text: str) -> None:
        """Hands a text to the provider for a number in E.164 form, or raises DeliveryError."""


class ConsoleSms:
    """Prints each SMS, for demo and development."""

    def send(self, phone: str, text: str) -> None:
        sys.stdout.write(f"\n── SMS to {phone} ──\n{text}\n")
        sys.stdout.flush()


@lru_cache(maxsize=4)
def _provider(path: str) -> Sms:
    return import_string(path)()


def sms() -> Sms:
    return _provider(settings.SMS_BACKEND)
