"""May I enter? A few facts, asked before anything is typed into the real form, answered by the season's own rules."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import PersonStatus
from contests.states import RuleKind
from projects import versions
from projects.checks import Finding, Verdict, findings_of
from projects.eligibility import OF_A_COMPANY_OR_TEAM
from projects.facts import LOOKS_AT_OTHERS, Facts, Teammate
from projects.forms.fields import date_field, number, wan_field

DATED = {
    RuleKind.REGISTERED, RuleKind.UNREGISTERED, RuleKind.REGISTERED_ON_OR_AFTER, RuleKind.REGISTERED_BEFORE,
}  # fmt: skip
ASKED_BY = {
    "born": {RuleKind.BORN_ON_OR_AFTER, RuleKind.BORN_ON_OR_BEFORE},
    "has_company": DATED | {RuleKind.SHARE_AT_LEAST, RuleKind.REPRESENTATIVE_UNCHANGED, RuleKind.REVENUE_MAX},
    "registered_on": DATED,
    "share": {RuleKind.SHARE_AT_LEAST},
    "representative_since": {RuleKind.REPRESENTATIVE_UNCHANGED},
    "revenue": {RuleKind.REVENUE_MAX},
    "people": {RuleKind.TEAM_MIN, RuleKind.TEAM_MAX},
    "advisers": {RuleKind.ADVISERS_MAX},
    "statuses": {RuleKind.STATUS},
    "graduated_on": {RuleKind.STATUS},
    "outside": {RuleKind.EMPLOYER_OUTSIDE},
}
OF_A_COMPANY = ("registered_on", "share", "representative_since", "revenue")
# Rules on facts that only the real form knows.
LATER = LOOKS_AT_OTHERS | {
    RuleKind.LEGAL_REPRESENTATIVE, RuleKind.TEAM_SHARE_AT_LEAST, RuleKind.MEAN_AGE_MAX, RuleKind.YOUNG_SHARE_MIN,
}  # fmt: skip


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
    representative_since = date_field(label=_("Since when has the legal representative been the same?"), required=False)
    revenue = wan_field(label=_("Last year's revenue (10,000 yuan)"), required=False)
    people = forms.IntegerField(
        label=_("People in the team, the leader included"), min_value=1, max_value=99, widget=number("numeric"),
        required=False,
    )  # fmt: skip
    advisers = forms.IntegerField(
        label=_("Advisers"), min_value=0, max_value=99, widget=number("numeric"), required=False
    )
    statuses = forms.MultipleChoiceField(
        label=_("The leader is"), choices=PersonStatus.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    graduated_on = date_field(label=_("When did the leader graduate?"), required=False)
    outside = forms.TypedChoiceField(
        label=_("Where is the leader employed full time?"),
        choices=[("", _("Choose")), ("True", _("Outside Shandong")), ("False", _("In Shandong"))],
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
    )

    def __init__(self, data, *, season):
        self.tracks = list(season.tracks.all())
        self.season_rules = versions.standing(season.eligibilityrules.all())
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
            for name in OF_A_COMPANY:
                self.fields.pop(name, None)
        if not any(rule.kind == RuleKind.STATUS and rule.date for rule in self.rules):
            self.fields.pop("graduated_on", None)

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
            graduated_on=told.get("graduated_on"),
            employer="—" if told.get("outside") is not None else "",
            employer_region={True: "110000", False: "370000"}.get(told.get("outside"), ""),
            has_company=told.get("has_company"),
            registered_on=told.get("registered_on"),
            representative_since=told.get("representative_since"),
            leader_share=told.get("share"),
            revenue_wan=told.get("revenue"),
            team=(Teammate("", None, None),) * people if people else None,
            advisers=told.get("advisers"),
        )

    def findings(self) -> list[Finding]:
        """What each rule says, in the order of the notice. What only the real form knows is `unknown` here."""
        if not self.is_valid():
            return []
        facts = self.facts()
        return [
            Finding(rule, Verdict.UNKNOWN) if rule.kind in LATER else findings_of(facts, [rule])[0]
            for rule in self.rules
        ]

    @property
    def later(self) -> dict[int, bool]:
        """Rules that are looked at in the form, by key."""
        return {rule.pk: True for rule in self.rules if rule.kind in LATER}
