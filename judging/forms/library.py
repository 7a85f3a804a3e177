"""The judge library: a judge's facts and account, the texts that are signed, lists from Excel, and holdings."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import IdKind, OrganisationKind
from contests.models import Stage
from contests.states import StageKind
from core.models import Region
from judging.states import Grade, JudgeKind, Language, PromiseKind
from projects.states import Industry


class JudgeForm(forms.Form):
    """What the library keeps of a judge: kinds, employer and city, languages, fields with a grade, and a text."""

    kind = forms.ChoiceField(label=_("Kind"), choices=JudgeKind.choices)
    second_kind = forms.ChoiceField(label=_("Also"), choices=[("", "—"), *JudgeKind.choices], required=False)
    employer = forms.CharField(label=_("Employer"), max_length=120, help_text=_("In full, as on its seal."))
    employer_kind = forms.ChoiceField(label=_("Kind of employer"), choices=OrganisationKind.choices)
    title = forms.CharField(label=_("Post or title"), max_length=60, required=False)
    region = forms.ModelChoiceField(
        Region.objects.filter(level=Region.Level.CITY).order_by("code"), label=_("City"), required=False,
        help_text=_("Empty for judges from outside the province."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages beside Chinese"), choices=Language.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    profile = forms.CharField(
        label=_("Work and results"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Research, investments, products, in a few sentences. Entries are compared with this text."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("May be invited"), required=False, initial=True)
    OFFICE_ONLY = ("kind", "second_kind", "active")

    def __init__(self, *args, judge=None, own=False, **kwargs):
        self.judge = judge
        if judge is not None:
            kwargs["initial"] = self._stored(judge)
        super().__init__(*args, **kwargs)
        for number, label in enumerate(Industry.labels):
            grades = [("", "—"), *Grade.choices]
            self.fields[f"field{number}"] = forms.ChoiceField(label=label, choices=grades, required=False)
        if own:
            for name in self.OFFICE_ONLY:
                del self.fields[name]

    @staticmethod
    def _stored(judge) -> dict:
        names = ("kind", "second_kind", "title", "region", "languages", "profile")
        kept = {name: getattr(judge, name) for name in names}
        kept |= {f"field{place}": judge.fields.get(value, "") for place, value in enumerate(Industry.values)}
        if judge.employer:
            kept |= {"employer": judge.employer.name, "employer_kind": judge.employer.kind}
        return kept | {"active": judge.active}

    @property
    def graded(self):
        return [self[f"field{place}"] for place in range(len(Industry.values))]

    @property
    def plain(self):
        return [self[name] for name in self.fields if not name.startswith("field")]

    def facts(self) -> dict:
        """In the words of the service; fields that the province does not know stay as they were."""
        data = self.cleaned_data
        others = {} if self.judge is None else self.judge.fields
        fields = {name: grade for name, grade in others.items() if name not in Industry.values}
        fields |= {
            value: int(data[f"field{place}"]) for place, value in enumerate(Industry.values) if data[f"field{place}"]
        }
        names = ("kind", "second_kind", "title", "region", "languages", "profile", "active")
        return {"fields": fields} | {name: data[name] for name in names if name in data}


class NewJudgeForm(JudgeForm):
    """A judge with the person behind: known by the document, made now where nobody knows it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    id_kind = forms.ChoiceField(label=_("Document"), choices=IdKind.choices)
    id_number = forms.CharField(
        label=_("Document number"), max_length=40, help_text=_("Kept encrypted; it tells people of one name apart.")
    )
    phone = forms.CharField(label=_("Mobile number"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    field_order = ["name", "id_kind", "id_number", "phone", "email"]

    def person(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("name", "id_kind", "id_number", "phone", "email")}


class PayAccountForm(forms.Form):
    """Where a judge's fee goes."""

    holder = forms.CharField(label=_("Account holder"), max_length=80)
    bank = forms.CharField(label=_("Bank and branch"), max_length=120)
    number = forms.CharField(
        label=_("Account number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


class PromiseForm(forms.Form):
    """A new version of a text that judges sign."""

    kind = forms.ChoiceField(label=_("Which text"), choices=PromiseKind.choices)
    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("Stage"), required=False, empty_label=_("Every stage"))
    text = forms.CharField(label=_("Wording"), max_length=5000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args, season, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = season.stages.filter(kind__in=StageKind.judged())


class RosterFileForm(forms.Form):
    """A list of experts as Excel."""

    file = forms.FileField(label=_("Excel file"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class ConfirmRosterForm(forms.Form):
    """A checked list that is to be read in: its check code."""

    file = forms.RegexField(r"\A[0-9a-f]{64}\Z")
    name = forms.CharField(max_length=200)


class HoldingForm(forms.Form):
    """A holding that the office knows of."""

    company_name = forms.CharField(label=_("Company"), max_length=120)
    holder_name = forms.CharField(label=_("Shareholder"), max_length=120, help_text=_("A fund, a firm or a person."))
    share = forms.DecimalField(
        label=_("Share in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    note = forms.CharField(label=_("Known from"), max_length=200)
