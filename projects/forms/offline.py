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
