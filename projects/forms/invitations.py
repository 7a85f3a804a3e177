"""Inviting somebody into a team, and what the invited person fills in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.checks import checked_phone
from accounts.states import IdKind
from projects.forms.fields import checked
from projects.forms.people import PersonForm
from projects.states import MemberKind

OWN = ("birth_date", "phone", "email", "school", "degree", "title")


class InviteForm(forms.Form):
    """Whom to invite; without a number the owner passes the link on."""

    use_required_attribute = False
    kind = forms.ChoiceField(
        label=_("Role in the team"),
        choices=[(one.value, one.label) for one in (MemberKind.MEMBER, MemberKind.ADVISER)],
        initial=MemberKind.MEMBER,
    )
    name = forms.CharField(max_length=80, label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        max_length=24, required=False, label=_("Mobile number"),
        help_text=_("The invitation goes there by SMS. Left empty, you pass the link on yourself."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    work = forms.CharField(max_length=60, required=False, label=_("Work in the team"))

    def clean_phone(self):
        number = self.cleaned_data["phone"]
        return checked(checked_phone, number) if number else ""


class OwnDataForm(PersonForm):
    """The own data of a person who joins a team; the identity is asked only while it is not known."""

    agree = forms.BooleanField(label=_("I have read this and agree"))
    field_order = ["name", "id_kind", "id_number", *OWN, "agree"]

    def __init__(self, *args, person=None, name: str = "", consent: bool = True, **kwargs):
        kept = {key: getattr(person, key) for key in ("name", "id_kind", *OWN)} if person else {"name": name}
        super().__init__(*args, label_suffix="", initial={**kept, "phone": ""}, **kwargs)
        self.person = person
        for key, field in self.fields.items():
            field.required = key in ("name", "id_kind", "id_number", "agree")
        if person:
            del self.fields["name"]
            self._keep_identity(person)
        if not consent:
            del self.fields["agree"]

    def _keep_identity(self, person) -> None:
        if person.id_index:
            del self.fields["id_kind"], self.fields["id_number"]
        if person.phone:
            self.fields["phone"].widget.attrs["placeholder"] = person.masked_phone
            self.fields["phone"].help_text = _("Leave it empty to keep the number on record.")
        if person.birth_date and person.id_kind == IdKind.RESIDENT:
            del self.fields["birth_date"]

    def facts(self) -> dict[str, Any]:
        return {key: value for key, value in self.cleaned_data.items() if key in OWN and value}

    def identity(self) -> dict[str, str]:
        data, person = self.cleaned_data, self.person
        return {
            "name": person.name if person else data["name"],
            "id_kind": data.get("id_kind") or (person.id_kind if person else IdKind.RESIDENT),
            "id_number": data.get("id_number", ""),
        }
