"""Form fields of accounts."""

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberType

from core.identity import normal_phone

REACHED_BY_SMS = frozenset(
    {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.PERSONAL_NUMBER}
)


def mobile_number(text: str) -> str:
    """E.164 form of a number that can get an SMS, in any usual spelling; empty when it is none."""
    number = normal_phone(text)
    reached = number and phonenumbers.number_type(phonenumbers.parse(number)) in REACHED_BY_SMS
    return number if reached else ""


class MobileField(forms.CharField):
    """A mobile number in any usual spelling; its clean value is E.164 (+8613…), or empty."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Mobile number"))
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel", "maxlength": 24})
        )
        super().__init__(**kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return ""
        number = mobile_number(text)
        if not number:
            raise ValidationError(
                _("This is not a mobile number. Enter 11 digits, or + and the country code for a number abroad."),
                code="phone",
            )
        return number
