"""What an officer says to give more time."""

from datetime import datetime, time

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contests.models import RecommendingUnit, Season, Track
from projects.forms.fields import date_field
from projects.models import Entry

LAST_MINUTE = time(23, 59)


class ExtensionForm(forms.Form):
    """The scope in one of three fields, the last minute that counts, and the reason."""

    use_required_attribute = False
    scope = forms.ChoiceField(
        label=_("More time for"),
        choices=[("entry", _("One entry")), ("unit", _("One recommending unit")), ("track", _("One track"))],
        widget=forms.RadioSelect,
        initial="entry",
    )
    entry = forms.CharField(
        label=_("Entry number, or the reference of the draft"),
        help_text=_("The contestant finds the reference on the page of the draft, such as D1024."),
        max_length=30,
        required=False,
    )
    unit = forms.ModelChoiceField(RecommendingUnit.objects.none(), label=_("Recommending unit"), required=False)
    track = forms.ModelChoiceField(Track.objects.none(), label=_("Track"), required=False)
    day = date_field(label=_("Last day"))
    minute = forms.TimeField(
        label=_("Last minute (to its end)"),
        initial=LAST_MINUTE,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stays on record with your name."),
    )  # fmt: skip

    def __init__(self, *args, season: Season, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.season = season
        self.fields["unit"].queryset = season.units.all()
        self.fields["track"].queryset = season.tracks.all()

    def clean(self):
        data = super().clean()
        scope = data.get("scope")
        if scope and not data.get(scope) and scope not in self.errors:
            self.add_error(scope, _("Say for whom."))
        elif scope == "entry":
            data["entry"] = self._entry(data["entry"])
        return data

    def _entry(self, text: str) -> Entry | None:
        text = text.strip().upper()
        entries = Entry.objects.filter(season=self.season).select_related("season", "unit__parent", "project__owner")
        draft = text.removeprefix("D")
        found = entries.filter(number=text).first()
        if found is None and draft.isdecimal():
            found = entries.filter(pk=int(draft)).first()
        if found is None:
            self.add_error("entry", ValidationError(_("No entry of this season has this number. Ask the contestant.")))
        return found

    def facts(self) -> dict:
        """Arguments for the service: the whole last minute counts."""
        data = self.cleaned_data
        until = datetime.combine(data["day"], data["minute"].replace(second=59, microsecond=0))
        scope = data["scope"]
        return {scope: data[scope], "until": timezone.make_aware(until), "reason": data["reason"]}

    def refuse(self, refusal) -> None:
        field = {"until": "day"}.get(refusal.field, refusal.field)
        self.add_error(field if field in self.fields else self.cleaned_data.get("scope"), refusal.message)
