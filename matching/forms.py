"""Forms of the matching room."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.identity import is_credit_code
from core.models import Region
from matching.models import Institution
from matching.states import DEAL_MOVES, DealStage, InstitutionKind
from projects.states import FinancingRound


class InstitutionForm(forms.ModelForm):
    """What an institution says of itself when it asks for admission (domain §6)."""

    name = forms.CharField(label=_("Name of the institution"), max_length=120)
    credit_code = forms.CharField(label=_("Unified social credit code"), max_length=18, min_length=18)
    rounds = forms.MultipleChoiceField(
        label=_("Rounds you invest in"), choices=FinancingRound, required=False, widget=forms.CheckboxSelectMultiple
    )
    industries = forms.CharField(
        label=_("Industries"), required=False, help_text=_("Separate several with a comma."), max_length=200
    )
    regions = forms.ModelMultipleChoiceField(
        label=_("Cities"),
        queryset=Region.objects.filter(level=Region.Level.CITY, parent="370000"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Institution
        fields = ["kind", "manager_number", "rounds", "industries", "ticket_from_wan", "ticket_to_wan", "introduction"]
        help_texts = {
            "manager_number": _("Funds give their registration number with the fund association (P…)."),
            "introduction": _("Two or three sentences that a founder can understand."),
        }

    field_order = ["kind", "name", "credit_code", "manager_number"]

    def clean_credit_code(self):
        code = self.cleaned_data["credit_code"].strip().upper()
        if not is_credit_code(code):
            raise forms.ValidationError(
                _("The check digit does not fit. Compare all 18 characters with the business licence.")
            )
        return code

    def clean_industries(self):
        text = self.cleaned_data["industries"].replace("，", ",").replace("、", ",")
        return [part.strip() for part in text.split(",") if part.strip()]

    def clean(self):
        data = super().clean()
        low, high = data.get("ticket_from_wan"), data.get("ticket_to_wan")
        if low is not None and high is not None and low > high:
            self.add_error("ticket_to_wan", _("The upper amount is below the lower one. Exchange the two."))
        if data.get("kind") == InstitutionKind.INVESTOR and not data.get("manager_number"):
            self.add_error(
                "manager_number", _("Investors need their fund manager registration number (P and seven digits).")
            )
        return data


class AdmitForm(forms.Form):
    expires_on = forms.DateField(label=_("Admitted until"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class InterestForm(forms.Form):
    note = forms.CharField(
        label=_("Message to the project"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who you are, why this project, and what you would like to talk about."),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class AdvanceForm(forms.Form):
    """The next step of a deal; only the stages that can follow are offered."""

    stage = forms.ChoiceField(label=_("New stage"))
    amount_wan = forms.DecimalField(
        label=_("Amount (10,000 yuan)"), max_digits=12, decimal_places=2, min_value=0, required=False,
        help_text=_("Needed for intention, signed and received. The three are kept apart."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, required=False, help_text=_("Contract number and date, or bank receipt.")
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("When it pauses or ends: why."))

    def __init__(self, deal, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [(stage, stage.label) for stage in DealStage if stage in DEAL_MOVES[deal.stage]]


class OutcomeForm(forms.Form):
    outcome = forms.CharField(
        label=_("What came of it"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Landing place, jobs, further rounds: a sentence or two."),
    )  # fmt: skip
