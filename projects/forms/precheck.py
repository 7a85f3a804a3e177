"""May I enter? A few facts, asked before anything is typed into the real form, answered by the season's own rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import PersonStatus
from contests.states import RuleKind
from projects.checks import Finding, findings_of
from projects.eligibility import OF_A_COMPANY_OR_TEAM
from projects.facts import LOOKS_AT_OTHERS, Facts, Teammate
from projects.forms.fields import date_field, number

DATED = {
    RuleKind.REGISTERED, RuleKind.UNREGISTERED, RuleKind.REGISTERED_ON_OR_AFTER, RuleKind.REGISTERED_BEFORE,
}  # fmt: skip
ASKED_BY = {
    "born": {RuleKind.BORN_ON_OR_AFTER, RuleKind.BORN_ON_OR_BEFORE},
    "has_company": {*DATED, RuleKind.SHARE_AT_LEAST},
    "registered_on": DATED,
    "share": {RuleKind.SHARE_AT_LEAST},
    "people": {RuleKind.TEAM_MIN, RuleKind.TEAM_MAX},
    "statuses": {RuleKind.STATUS},
}


class PrecheckForm(forms.Form):
    """Nothing of it is stored: it travels in the address of the page and is gone with it."""

    use_required_attribute = False

    track = forms.TypedChoiceField(label=_("Track"), coerce=int, empty_value=None, required=False)
    born = date_field(label=_("The leader's date of birth"), required=False)
    has_company = forms.TypedChoiceField(
        label=_("Is a company registered?"),
        choices=[("", _("Choose")), ("True", _("Yes, registered")), ("False", _("Not yet"))],
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
    )
    registered_on = date_field(label=_("When was it registered?"), required=False)
    share = forms.DecimalField(
        label=_("The leader's share (%)"), min_value=0, max_value=100, widget=number("decimal"), required=False
    )
    people = forms.IntegerField(
        label=_("People in the team, the leader included"), min_value=1, max_value=99, widget=number("numeric"),
        required=False,
    )  # fmt: skip
    statuses = forms.MultipleChoiceField(
        label=_("The leader is"), choices=PersonStatus.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data, *, season):
        self.tracks = list(season.tracks.all())
        self.season_rules = list(season.eligibilityrules.all())
        first = str(self.tracks[0].pk) if self.tracks else ""
        data = data.copy()
        data.setdefault("track", first)
        super().__init__(data, label_suffix="")
        self.fields["track"].choices = [(track.pk, track.local_name) for track in self.tracks]
        kinds = {rule.kind for rule in self.rules}
        for name, asking in ASKED_BY.items():
            if not asking & kinds:
                del self.fields[name]
        if self.data.get("has_company") == "False":
            self.fields.pop("registered_on", None)

    @property
    def chosen(self):
        wanted = str(self.data.get("track"))
        found = [track for track in self.tracks if str(track.pk) == wanted]
        return next(iter([*found, *self.tracks]), None)

    @property
    def rules(self) -> list:
        track = self.chosen
        mine = [rule for rule in self.season_rules if rule.track_id in (None, track and track.pk)]
        if track and track.kind == "person":
            return [rule for rule in mine if rule.kind not in OF_A_COMPANY_OR_TEAM]
        return mine

    def facts(self) -> Facts:
        told = self.cleaned_data
        people = told.get("people")
        return Facts(
            leader_name="—" if told.get("statuses") else "",
            born=told.get("born"),
            statuses=frozenset(told.get("statuses") or ()) or None,
            has_company=told.get("has_company"),
            registered_on=told.get("registered_on"),
            leader_share=told.get("share"),
            team=(Teammate("", None, None),) * people if people else None,
        )

    def findings(self) -> list[Finding]:
        """What each rule says; rules on other entries and earlier awards are left to the real form."""
        if not self.is_valid():
            return []
        return findings_of(self.facts(), [rule for rule in self.rules if rule.kind not in LOOKS_AT_OTHERS])
