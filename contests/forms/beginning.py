"""A season that begins empty: which year and edition, its title and its window of entry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contests import numerals
from contests.forms.base import SetUpForm, instant
from contests.models import Season
from contests.services.copying import USUAL_SHIFT


class BeginForm(SetUpForm):
    """Everything else is set up afterwards, part by part. Values go on from the contest's last edition."""

    entry_opens = instant(label=_("Entry opens"))
    entry_closes = instant(label=_("Entry closes"), help_text=_("The last second that counts, China time."))

    class Meta:
        model = Season
        fields = ["title", "year", "ordinal", "entry_opens", "entry_closes"]

    def __init__(self, data=None, *, last: Season | None):
        super().__init__(data, initial=self.going_on(last), label_suffix="")
        self.fields["year"] = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
        self.fields["ordinal"] = forms.IntegerField(label=_("Edition"), min_value=1, max_value=99)

    @staticmethod
    def going_on(last: Season | None) -> dict:
        if last is None:
            return {"ordinal": 1}
        on = {"ordinal": (last.ordinal, last.ordinal + 1), "year": (last.year, last.year + 1)}
        return {
            "title": numerals.moved(last.title, **on), "year": last.year + 1, "ordinal": last.ordinal + 1,
            "entry_opens": last.entry_opens + USUAL_SHIFT, "entry_closes": last.entry_closes + USUAL_SHIFT,
        }  # fmt: skip
