"""Files from offices: a workbook of entries with its papers, and a list of earlier years."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contests.models import Contest

XLSX = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ContestChoice(forms.ModelChoiceField):
    """One of the contests whose season this user runs."""

    def __init__(self):
        super().__init__(Contest.objects.none(), label=_("Contest"), empty_label=None)


class PastFileForm(forms.Form):
    use_required_attribute = False

    contest = ContestChoice()
    file = forms.FileField(label=_("Excel file"), widget=forms.FileInput(attrs={"accept": XLSX}))

    def __init__(self, *args, contests, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["contest"].queryset = Contest.objects.filter(pk__in=[one.pk for one in contests])


class ConfirmPastForm(forms.Form):
    contest = ContestChoice()
    file = forms.RegexField(r"^[0-9a-f]{64}$")
    name = forms.CharField(max_length=160)

    def __init__(self, *args, contests, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contest"].queryset = Contest.objects.filter(pk__in=[one.pk for one in contests])


class OfflineForm(forms.Form):
    """A filled workbook, the zip of its papers, what is to become of the entries, and the declaration of the office."""

    use_required_attribute = False

    workbook = forms.FileField(label=_("Filled-in workbook"), widget=forms.FileInput(attrs={"accept": XLSX}))
    papers = forms.FileField(
        label=_("Zip of papers"), required=False, widget=forms.FileInput(attrs={"accept": ".zip,application/zip"})
    )
    then = forms.ChoiceField(
        label=_("What is to become of the entries"),
        choices=[
            ("submit", _("Submit them: everything must be complete and eligible")),
            ("draft", _("Keep them as drafts: papers and missing facts follow")),
        ],
        initial="submit",
        widget=forms.RadioSelect,
    )
    consent = forms.BooleanField(
        label=_(
            "I confirm: every applicant has signed the declarations and consents of this season, and our unit keeps "
            "the signed originals on file."
        ),
        error_messages={
            "required": _("Without the applicants' signed consent nothing may be entered for them. Tick it once the "
                          "signed forms lie with you.")
        },
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class TakeOverForm(forms.Form):
    use_required_attribute = False

    entry = forms.IntegerField(widget=forms.HiddenInput)
    id_number = forms.CharField(
        max_length=40, label=_("Your document number"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
