"""Numbers that identify: taken over as they are kept, or refused with what to look at."""

from django.utils.translation import gettext as _

from accounts.states import IdKind
from core.identity import is_credit_code, is_resident_id, normal_phone
from core.problems import Refused


def checked_document(kind: str, number: str) -> str:
    """The number of an identity document as it is kept; a resident ID must hold its check digit (GB 11643)."""
    number = "".join(number.split()).upper()
    if kind == IdKind.RESIDENT and not is_resident_id(number):
        raise Refused(
            _("This is not a valid resident ID number: its last digit does not fit the others. Check all 18 digits."),
            field="id_number",
            code="id-number",
        )
    if len(number) < 5:
        raise Refused(
            _("This document number is too short. Enter it as it stands on the document."),
            field="id_number",
            code="id-number",
        )
    return number


def checked_credit_code(code: str) -> str:
    """A unified social credit code as it is kept; its check digit must fit (GB 32100)."""
    code = "".join(code.split()).upper()
    if not is_credit_code(code):
        raise Refused(
            _(
                "This is not a valid unified social credit code: its last character does not fit the others. "
                "Compare all 18 characters with the business licence; the letters I, O, S, V and Z never occur."
            ),
            field="credit_code",
            code="credit-code",
        )
    return code


def checked_phone(text: str) -> str:
    """A phone number in international form (+86…); an empty text stays empty."""
    if not text:
        return ""
    number = normal_phone(text)
    if not number:
        raise Refused(
            _("This is not a phone number. Enter 11 digits, or + and the country code for a number abroad."),
            field="phone",
            code="phone",
        )
    return number
