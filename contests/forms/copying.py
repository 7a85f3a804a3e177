"""Last year's season once more: which year, which edition, how far its schedule moves."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Season
from contests.services.copying import USUAL_WEEKS
from contests.shapes import CHINA

MOST_WEEKS = 260


class CopyForm(forms.Form):
    """One form with values suggested; the schedule moves by whole weeks, so that weekdays stay."""

    use_required_attribute = False

    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2100)
    ordinal = forms.IntegerField(label=gettext_lazy("Edition"), min_value=1, max_value=99)
    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks by which all dates move"),
        min_value=-MOST_WEEKS,
        max_value=MOST_WEEKS,
        help_text=gettext_lazy("52 weeks keep the weekday; the calendar day moves by one or two."),
    )
    opens_on = forms.DateField(
        label=gettext_lazy("Or: the day on which entry opens"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Goes before the number of weeks where it is filled in."),
    )

    def __init__(self, data=None, *, season: Season):
        self.season = season
        super().__init__(
            data,
            initial={"year": season.year + 1, "ordinal": season.ordinal + 1, "weeks": USUAL_WEEKS},
            label_suffix="",
        )

    def clean_opens_on(self):
        """Only a day of the same weekday is whole weeks away; the two nearest are named."""
        day = self.cleaned_data["opens_on"]
        if day is None:
            return None
        before = self.season.entry_opens.astimezone(CHINA).date()
        rest = (day - before).days % 7
        if rest:
            earlier, later = day - timedelta(days=rest), day + timedelta(days=7 - rest)
            raise forms.ValidationError(
                _("Dates move by whole weeks. Choose %(earlier)s or %(later)s.")
                % {"earlier": earlier.isoformat(), "later": later.isoformat()}
            )
        return day

    def shift(self) -> int:
        """Weeks, from the day where one is given."""
        day = self.cleaned_data["opens_on"]
        if day is None:
            return self.cleaned_data["weeks"]
        return (day - self.season.entry_opens.astimezone(CHINA).date()).days // 7
