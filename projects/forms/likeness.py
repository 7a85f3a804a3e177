"""The filter of the list of similar entries."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contests.models import Season
from projects.states import LikenessState

ALL = "all"


class LikenessFilter(forms.Form):
    """State, season and how near the two entries are; without a state, pairs that wait."""

    state = forms.ChoiceField(
        choices=[(ALL, _("All pairs")), *LikenessState.choices], required=False, initial=LikenessState.OPEN
    )
    season = forms.ModelChoiceField(Season.objects.all(), required=False)
    scope = forms.ChoiceField(
        choices=[
            ("", _("Everywhere")),
            ("season", _("Inside one season")),
            ("contest", _("In another year of the contest")),
            ("across", _("In another contest")),
        ],
        required=False,
    )

    def chosen(self) -> dict | None:
        """What to narrow by; None when the address holds something unknown."""
        if not self.is_valid():
            return None
        state = self.cleaned_data["state"] or LikenessState.OPEN
        return {**self.cleaned_data, "state": "" if state == ALL else state}
