"""The steps on the project itself: what it is, its company, its money and jobs; and how an entry begins."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.checks import checked_credit_code
from contests.models import RecommendingUnit
from projects.checks import needed_of_a_company
from projects.forms.choices import city_regions, unit_choices
from projects.forms.fields import NOTHING, cascade, checked, date_field, number, place_field, relabel, wan_field
from projects.forms.step import StepForm
from projects.models import Project
from projects.sheet import COMPANY_ONLY, PROJECT_FIELDS
from projects.states import CompanyKind, EntryState, FinancingRound, Industry, ProjectStage, Step


class ProjectForm(StepForm):
    step = Step.PROJECT

    track = forms.TypedChoiceField(widget=forms.RadioSelect)
    unit = forms.TypedChoiceField(widget=cascade())
    name = forms.CharField(max_length=80)
    stage = forms.ChoiceField(choices=ProjectStage.choices, widget=forms.RadioSelect)
    industry = forms.ChoiceField(choices=[*NOTHING, *Industry.choices])
    region = forms.ChoiceField()
    one_line = forms.CharField(max_length=50)
    summary = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 6}))
    innovation = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    business_model = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    market = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    rights = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    honours = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    for_persons = ("track", "unit", "name", "region", "one_line", "summary", "honours")

    def __init__(self, entry, dossier, *args, **kwargs):
        super().__init__(entry, dossier, *args, **kwargs)
        self.tracks = {track.pk: track for track in entry.season.tracks.all()}
        self.fields["track"].choices = [(pk, track.local_name) for pk, track in self.tracks.items()]
        self.fields["track"].coerce = lambda value: self.tracks[int(value)]
        self.fields["track"].empty_value = None
        self.fields["unit"].choices = [("", _("Choose city, then unit")), *unit_choices(entry.season)]
        self.fields["unit"].empty_value = None
        self.fields["region"] = relabel(place_field(city_regions()), self.fields["region"])
        self.fields["unit"].disabled = entry.state == EntryState.RETURNED
        if dossier.for_persons:
            for name in [name for name in self.fields if name not in self.for_persons]:
                del self.fields[name]

    def kept_values(self):
        project = self.entry.project
        return {
            "track": self.entry.track_id,
            "unit": self.entry.unit_id,
            "region": project.region_id,
            **{name: getattr(project, name) for name in PROJECT_FIELDS[Step.PROJECT] if name != "region"},
        }

    def clean_unit(self):
        value = self.cleaned_data["unit"]
        return RecommendingUnit.objects.get(pk=value, season=self.entry.season_id) if value else None

    def clean_region(self):
        return self.cleaned_data["region"] or None

    def changed_values(self):
        values = super().changed_values()
        base = self.posted_base()
        for name in ("track", "unit"):
            if name in values and name in base and getattr(values[name], "pk", None) == base[name]:
                del values[name]
        return values


class CompanyForm(StepForm):
    step = Step.COMPANY

    has_company = forms.TypedChoiceField(
        choices=[("True", _("Yes, registered")), ("False", _("Not yet"))],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "True",
        empty_value=None,
    )
    company_name = forms.CharField(max_length=120)
    credit_code = forms.CharField(
        max_length=24, widget=forms.TextInput(attrs={"autocapitalize": "characters", "spellcheck": "false"})
    )
    company_kind = forms.ChoiceField(choices=[*NOTHING, *CompanyKind.choices])
    registered_on = date_field()
    company_region = forms.ChoiceField()
    legal_representative = forms.CharField(max_length=80)
    representative_since = date_field()
    registered_capital_wan = wan_field()
    leader_share = forms.DecimalField(min_value=0, max_value=100, decimal_places=2, widget=number("decimal"))

    def __init__(self, entry, dossier, *args, **kwargs):
        super().__init__(entry, dossier, *args, **kwargs)
        self.fields["company_region"] = relabel(place_field(city_regions()), self.fields["company_region"])
        # These fields show once the answer is yes, before the page is made anew: they say already what they will ask.
        for name in needed_of_a_company(dossier):
            if name in self.fields:
                self.fields[name].required = True

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"]
        return checked(checked_credit_code, code) if code else ""

    def clean_company_region(self):
        return self.cleaned_data["company_region"] or None


class FinanceForm(StepForm):
    step = Step.FINANCE

    employees = forms.IntegerField(min_value=0, max_value=1_000_000, widget=number("numeric"))
    insured = forms.IntegerField(min_value=0, max_value=1_000_000, widget=number("numeric"))
    key_group_employees = forms.IntegerField(min_value=0, max_value=1_000_000, widget=number("numeric"))
    expected_jobs = forms.IntegerField(min_value=0, max_value=1_000_000, widget=number("numeric"))
    revenue_wan = wan_field()
    tax_wan = wan_field()
    research_wan = wan_field()
    financed_round = forms.ChoiceField(choices=[*NOTHING, *FinancingRound.choices])
    financed_wan = wan_field()
    wanted_round = forms.ChoiceField(choices=[*NOTHING, *FinancingRound.choices[1:]])
    wanted_wan = wan_field()
    use_of_funds = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    landing_region = forms.ChoiceField()

    def __init__(self, entry, dossier, *args, **kwargs):
        super().__init__(entry, dossier, *args, **kwargs)
        self.fields["landing_region"] = relabel(place_field(city_regions()), self.fields["landing_region"])
        if not entry.project.has_company:
            for name in COMPANY_ONLY & self.fields.keys():
                del self.fields[name]

    def clean_landing_region(self):
        return self.cleaned_data["landing_region"] or None


class NewEntryForm(forms.Form):
    """What begins an entry: a project of one's own, or the name of a new one."""

    project = forms.ModelChoiceField(
        Project.objects.none(), required=False, label=_("Project"), widget=forms.RadioSelect
    )
    name = forms.CharField(max_length=80, required=False, label=_("Name of the new project"))
    track = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, season, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.season = season
        self.fields["project"].queryset = Project.objects.filter(owner=user).exclude(entries__in=season.entries.live())
        self.fields["project"].empty_label = _("A new project")

    def clean_track(self):
        return self.season.tracks.filter(pk=self.cleaned_data["track"]).first() if self.cleaned_data["track"] else None
