"""The season's own facts, the units' forms, and the reason of a change that touches others."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.states import OrganisationKind
from contests.forms.base import PartForm, SetUpForm, bound_numbers, instant
from contests.models import RecommendingUnit, Season
from core.models import Region

PUBLIC_BODIES = [
    OrganisationKind.DEPARTMENT, OrganisationKind.UNIVERSITY, OrganisationKind.PARK, OrganisationKind.INSTITUTE,
    OrganisationKind.ASSOCIATION, OrganisationKind.OTHER,
]  # fmt: skip
MOST_OFFERED = 300
MOST_MEANT = 6


class SeasonForm(SetUpForm):
    entry_opens = instant(label=_("Entry opens"))
    entry_closes = instant(label=_("Entry closes"), help_text=_("The last second that counts, China time."))

    class Meta:
        model = Season
        fields = [
            "title", "ordinal", "entry_opens", "entry_closes", "contact", "review_days", "quality_target",
            "leader_public", "notice_text", "sample", "sample_note", "title_en", "contact_en", "notice_text_en",
            "sample_note_en",
        ]  # fmt: skip
        widgets = {
            "notice_text": forms.Textarea(attrs={"rows": 14}),
            "sample_note": forms.Textarea(attrs={"rows": 3}),
            "notice_text_en": forms.Textarea(attrs={"rows": 14}),
            "sample_note_en": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "notice_text": _("Paragraphs are divided by empty lines; the public page shows them."),
            "quality_target": _("This season's share of the year's target of good projects."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        bound_numbers(self)

    def clean(self):
        data = super().clean()
        opens, closes = data.get("entry_opens"), data.get("entry_closes")
        if opens and closes and closes <= opens:
            self.add_error("entry_closes", _("Entry closes before it opens. Check both times."))
        return data


class UnitForm(PartForm):
    """A unit by the name of its organisation. One that is not known is made when the organiser says so."""

    body = forms.CharField(
        label=_("Organisation"), max_length=120, help_text=_("Type part of the name; known ones are offered."),
        widget=forms.TextInput(attrs={"list": "bodies", "autocomplete": "off"}),
    )  # fmt: skip
    is_new = forms.BooleanField(label=_("Not in the list: add this organisation"), required=False)
    body_kind = forms.ChoiceField(label=_("Kind of the new organisation"), choices=OrganisationKind, required=False)
    region = forms.ModelChoiceField(
        Region.objects.exclude(level=Region.Level.PROVINCE, code="370000"), label=_("Region"), required=False
    )

    class Meta:
        model = RecommendingUnit
        fields = ["name", "kind", "region", "parent", "accepts_entries", "phone", "name_en"]
        help_texts = {
            "name": _("Empty: the organisation's own name."),
            "name_en": _("Empty: the organisation's own English name."),
            "parent": _("The unit it recommends to; empty means the province, and makes it a zone."),
        }

    field_order = ["body", "is_new", "body_kind", "name", "kind", "region", "parent", "accepts_entries", "phone"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.fields["region"].queryset = Region.objects.filter(level__in=["city", "county"]).select_related("parent")
        self.fields["parent"].empty_label = _("The province itself")

    def started(self, held):
        return {"body": held["organisation"].name} if held else {"accepts_entries": True}

    def those_of_parent(self):
        return self.season.units.exclude(pk=self.row.pk) if self.row else self.season.units.all()

    def offered(self):
        placed = self.season.units.values("organisation")
        found = Organisation.objects.filter(kind__in=PUBLIC_BODIES).exclude(pk__in=placed)
        return list(found.values_list("name", flat=True)[:MOST_OFFERED])

    def clean(self):
        data = super().clean()
        name = " ".join((data.get("body") or "").split())
        if not name:
            return data
        found = list(Organisation.objects.filter(name=name)[:2])
        if self.row is not None and name == self.row.organisation.name:
            found = [self.row.organisation]
        data["organisation"] = found[0] if found else None
        if not found and not data.get("is_new"):
            meant = list(Organisation.objects.filter(name__icontains=name, kind__in=PUBLIC_BODIES)[:MOST_MEANT])
            self.add_error("body", _unknown(meant))
        if len(found) > 1:
            self.add_error("body", _("Two organisations have this name. Ask the administrator to tell them apart."))
        return data

    def new_body(self) -> dict | None:
        """The organisation to be made with the unit, or None."""
        data = self.cleaned_data
        if data["organisation"] is not None:
            return None
        kind = data.get("body_kind") or OrganisationKind.OTHER
        return {"name": data["body"], "kind": kind, "region": data.get("region")}

    def composed(self):
        data = self.cleaned_data
        english = data["name_en"] or (data["organisation"].name_en if data["organisation"] else "")
        return {"organisation": data["organisation"], "name": data["name"] or data["body"], "name_en": english}

    def show_at(self, field, message):
        super().show_at("body" if field == "organisation" else field, message)


def _unknown(meant: list[Organisation]):
    if meant:
        return _("No organisation has exactly this name. Do you mean %(names)s?") % {
            "names": "、".join(one.name for one in meant)
        }
    return _("No organisation of this name is known. Check it, or tick that it is to be added.")


class BureausForm(forms.Form):
    branch = forms.ChoiceField(label=_("Branch"))
    counties = forms.BooleanField(label=_("With the offices of districts and counties below them"), required=False)

    def __init__(self, data=None, *, branches):
        super().__init__(data)
        self.fields["branch"].choices = [
            (one.name, _("%(name)s: %(cities)s cities, %(counties)s counties") % {
                "name": one.name, "cities": one.cities, "counties": one.counties,
            })
            for one in branches
        ]  # fmt: skip
