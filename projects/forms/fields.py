"""Fields that several steps use: amounts, dates, places, and numbers with a check."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.problems import Refused

NOTHING = [("", "—")]


def wan_field(**more) -> forms.DecimalField:
    return forms.DecimalField(min_value=0, max_digits=12, decimal_places=2, widget=number("decimal"), **more)


def number(mode: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"inputmode": mode, "step": "any" if mode == "decimal" else "1", "min": 0})


def date_field(**more) -> forms.DateField:
    return forms.DateField(
        **more, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "max": "2100-12-31"})
    )


def place_field(grouped) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", _("Choose city, then district")), *grouped], widget=cascade())


def cascade() -> forms.Select:
    return forms.Select(attrs={"data-cascade": ""})


def relabel(field: forms.Field, old: forms.Field) -> forms.Field:
    field.label, field.help_text, field.required = old.label, old.help_text, old.required
    return field


def checked(check, *values):
    try:
        return check(*values)
    except Refused as refusal:
        raise forms.ValidationError(refusal.message, code=refusal.code) from None
