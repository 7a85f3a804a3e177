"""The steps of the entry form. A step takes whatever fits: nothing is demanded before submission.

`required` here only tells the reader what will be needed (from `checks.needed`); cleaning never insists on it.
"""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.checks import needed
from projects.dossier import Dossier
from projects.models import Entry
from projects.sheet import label_of, plain_value
from projects.states import Step

EMPTY = (None, "", [])
HELP = {
    "name": _("As it should stand on the certificate."),
    "one_line": _("At most 50 characters. Judges and investors read this first."),
    "summary": _("300 to 500 characters that may be published: what it is, for whom, how far it has come."),
    "innovation": _("What is new about technology, product or model, and how it can be proved."),
    "business_model": _("Who pays for what, and what it costs you."),
    "market": _("How large the market is, who else is in it, why customers come to you."),
    "rights": _("Kind, number, owner and state of each, one a line."),
    "honours": _("Year, contest and award, one a line. State national awards as well."),
    "region": _("Where the project is carried out."),
    "credit_code": _("18 characters, on the front of the business licence."),
    "company_name": _("As on the business licence."),
    "registered_on": _("The date of establishment on the business licence."),
    "representative_since": _("The day of the last change; without a change, the date of establishment."),
    "leader_share": _("Share of the leader in the registered capital, in percent."),
    "insured": _("As on the latest social insurance certificate."),
    "key_group_employees": _("Graduates, veterans, people with disabilities, returned to the countryside."),
    "expected_jobs": _("New jobs you plan for the next twelve months."),
    "use_of_funds": _("What the money is for, with amounts."),
    "landing_region": _("For projects that look for a place in Shandong."),
    "leader.phone": _("Offices call this number. Only its first and last digits are shown."),
    "leader.id_number": _("Kept encrypted. It is checked at the door of a final."),
    "leader.statuses": _("Tick what applies and bring the proof."),
    "leader.employer": _("Where the leader is employed full time."),
}


class StepForm(forms.Form):
    """A step of one entry. `base` tells what the fields held when the page was made, so that two tabs can't
    overwrite each other unseen."""

    use_required_attribute = False
    step: Step
    prefix_of_keys = ""

    def __init__(self, entry: Entry, dossier: Dossier, *args, **kwargs):
        self.entry, self.dossier = entry, dossier
        self.kept = self.kept_values()
        kwargs.setdefault("initial", self.kept)
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields |= self.fields_of_step()
        wanted = set(needed(dossier))
        for name, field in self.fields.items():
            key = f"{self.prefix_of_keys}{name}"
            field.required = self.is_demanded(name, wanted)
            if field.label is None:
                field.label = label_of(key)
            field.help_text = field.help_text or HELP.get(key, "")

    def fields_of_step(self) -> dict[str, forms.Field]:
        """Fields beside those of the class: what only this season asks."""
        return {}

    def is_demanded(self, name: str, wanted: set[str]) -> bool:
        return f"{self.prefix_of_keys}{name}" in wanted

    def kept_values(self) -> dict[str, Any]:
        project = self.entry.project
        return {name: getattr(project, project._meta.get_field(name).attname) for name in self.base_fields}

    def full_clean(self):
        demanded = [field for field in self.fields.values() if field.required]
        for field in demanded:
            field.required = False
        super().full_clean()
        for field in demanded:
            field.required = True

    @property
    def base(self) -> str:
        """The values kept now, for the hidden field `base`."""
        return json.dumps({name: plain_value(self.kept.get(name)) for name in self.watched}, ensure_ascii=False)

    @property
    def watched(self) -> list[str]:
        return list(self.fields)

    def put(self, name: str, value: Any) -> None:
        """Let a kept value stand in the place of what was typed. The form's data is a copy already."""
        shown = self.fields[name].prepare_value(value)
        self.data.setlist(
            self.add_prefix(name), shown if isinstance(shown, list) else ["" if shown is None else str(shown)]
        )

    def posted_base(self) -> dict[str, Any]:
        try:
            found = json.loads(self.data.get("base") or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def undecided(self) -> list[str]:
        """Fields in conflict for which the reader has not said yet which value is to stay."""
        if not self.is_bound:
            return []
        return [name for name in self.data.getlist("conflict") if name in self.fields and not self._choice(name)]

    @property
    def given_up(self) -> list[str]:
        """Fields in conflict for which the reader chose the other value."""
        return [name for name in self.fields if self.is_bound and self._choice(name) == "theirs"]

    def _choice(self, name: str) -> str:
        return self.data.get(f"keep-{name}", "")

    def changed_values(self) -> dict[str, Any]:
        """Cleaned values that differ from what the page was opened with; fields with an error are left out."""
        base = self.posted_base()
        left_out = {*self.undecided, *self.given_up}
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in left_out and (name not in base or not _is_same(plain_value(value), base[name]))
        }


def _is_same(value: Any, other: Any) -> bool:
    return value == other or (value in EMPTY and other in EMPTY)
