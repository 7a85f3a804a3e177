"""The steps on people: the leader, members and advisers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.checks import checked_document, checked_phone
from accounts.states import IdKind, PersonStatus
from core.models import Region
from projects.facts import outside_regions
from projects.forms.choices import city_regions
from projects.forms.fields import checked, date_field, number, place_field, relabel
from projects.forms.step import StepForm
from projects.services.filling import leader_facts
from projects.states import Step


class PersonForm(forms.Form):
    """What every person in a team states. The document number is taken in, never shown again."""

    use_required_attribute = False

    name = forms.CharField(max_length=80, label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    id_kind = forms.ChoiceField(choices=IdKind.choices, label=_("Kind of document"), initial=IdKind.RESIDENT)
    id_number = forms.CharField(
        max_length=40, label=_("Document number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip
    birth_date = date_field(label=_("Date of birth"))
    phone = forms.CharField(
        max_length=20, label=_("Mobile number"), widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )
    email = forms.EmailField(label=_("E-mail"))
    school = forms.CharField(max_length=80, label=_("School"))
    degree = forms.CharField(max_length=40, label=_("Degree"))
    title = forms.CharField(max_length=60, label=_("Post or title"))

    def clean_phone(self):
        number = self.cleaned_data["phone"]
        return checked(checked_phone, number) if number else ""

    def clean_id_number(self):
        number = self.cleaned_data["id_number"]
        return checked(checked_document, self.cleaned_data.get("id_kind") or IdKind.RESIDENT, number) if number else ""


class LeaderForm(PersonForm, StepForm):
    step = Step.LEADER
    prefix_of_keys = "leader."

    nationality = forms.CharField(max_length=40)
    graduated_on = date_field()
    employer = forms.CharField(max_length=120)
    employer_region = forms.ChoiceField()
    statuses = forms.MultipleChoiceField(choices=PersonStatus.choices, widget=forms.CheckboxSelectMultiple)
    is_me = forms.BooleanField(label=_("I am the leader myself"), initial=True)

    field_order = [
        "name", "id_kind", "id_number", "birth_date", "phone", "email", "statuses", "school", "degree", "graduated_on",
        "employer", "employer_region", "title", "nationality", "is_me",
    ]  # fmt: skip
    secret = ("id_number", "phone")

    def __init__(self, entry, dossier, *args, by, **kwargs):
        self.person = dossier.leader.person if dossier.leader else None
        super().__init__(entry, dossier, *args, **kwargs)
        cities = [(name, choices) for name, choices in city_regions()]
        outside = [(region.code, region.local_name) for region in outside_regions()]
        self.fields["employer_region"] = relabel(
            place_field([*cities, (_("Outside Shandong"), outside)]), self.fields["employer_region"]
        )
        if by.person_id or self.person:
            del self.fields["is_me"]
        self.is_mine = self.person is None or self.person.may_be_corrected_by(by)
        self._show_what_is_kept()

    def _show_what_is_kept(self) -> None:
        for name in self.secret:
            self.fields[name].widget.attrs["data-private"] = ""
        if self.person is None:
            return
        if self.person.id_number:
            self.fields["id_number"].widget.attrs["placeholder"] = self.person.masked_id_number
            self.fields["id_number"].help_text = _(
                "On record: %(number)s. Leave it empty to keep it; type another person's number to change the leader."
            ) % {"number": self.person.masked_id_number}
        if self.person.phone:
            self.fields["phone"].widget.attrs["placeholder"] = self.person.masked_phone
        if self.person.id_kind == IdKind.RESIDENT and self.person.birth_date:
            self.fields["birth_date"].disabled = True
            self.fields["birth_date"].help_text = _("From the ID number.")
        if not self.is_mine:
            for name, field in self.fields.items():
                field.disabled = name not in ("name", "id_kind", "id_number")

    @property
    def watched(self):
        return [name for name in self.fields if name not in (*self.secret, "is_me")]

    def kept_values(self):
        facts = leader_facts(self.person)
        return {**facts, "id_number": "", "phone": ""} if facts else {"id_kind": IdKind.RESIDENT, "statuses": []}

    def clean_employer_region(self):
        code = self.cleaned_data["employer_region"]
        return Region.objects.filter(pk=code).first() if code else None

    def changed_values(self):
        values = super().changed_values()
        for name in self.secret:
            if not values.get(name):
                values.pop(name, None)
        base = self.posted_base()
        region = values.get("employer_region")
        if "employer" in values or (region and region.pk != base.get("employer_region")):
            values["employer"] = self.cleaned_data.get("employer", "")
            values["employer_region"] = self.cleaned_data.get("employer_region")
        else:
            values.pop("employer_region", None)
        return values


class MemberForm(PersonForm):
    """A member or adviser to be added, or one whose facts are being changed."""

    work = forms.CharField(max_length=60, label=_("Work in the team"))
    share = forms.DecimalField(
        min_value=0, max_value=100, decimal_places=2, label=_("Share (%)"), widget=number("decimal")
    )

    def __init__(self, *args, member=None, adviser=False, **kwargs):
        if member:
            person = member.person
            kept = {name: getattr(person, name) for name in ("name", "email", "school", "degree", "title")}
            kwargs.setdefault("initial", {**kept, "work": member.work, "share": member.share})
        super().__init__(*args, label_suffix="", **kwargs)
        for name, field in self.fields.items():
            field.required = name in ("name", "id_kind", "id_number") and member is None
        if adviser:
            del self.fields["share"]
        if member:
            for name in ("name", "id_kind", "id_number", "birth_date"):
                del self.fields[name]

    def filled(self) -> dict[str, Any]:
        """Arguments for the services: the identity, and whatever else was filled in."""
        own = ("name", "id_kind", "id_number", "work", "share")
        values = self.cleaned_data
        return {key: value for key, value in values.items() if key in own or value}
