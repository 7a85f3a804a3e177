"""What organisers type when results are published, ranked again or decided by the jury."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.templatetags.luyan import moment


class PublishForm(forms.Form):
    """The public notice of a heat: until when objections are taken, and its text."""

    closes_at = forms.DateTimeField(
        label=_("Objections are taken until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Usually five working days or seven days. The minute given still counts."),
    )
    title = forms.CharField(label=_("Title of the notice"), max_length=160)
    body = forms.CharField(label=_("Text of the notice"), widget=forms.Textarea(attrs={"rows": 5}))
    title_en = forms.CharField(
        label=_("Title in English"), max_length=240, required=False, widget=forms.TextInput(attrs={"lang": "en"})
    )
    body_en = forms.CharField(
        label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 5, "lang": "en"}),
        help_text=_("For entrants from abroad. Left empty, the usual wording stands in English; for a text of your "
                    "own, they read the Chinese."),
    )  # fmt: skip

    def clean(self):
        """The usual text names the usual end of objections. Where another is chosen, the text follows."""
        given = super().clean()
        usual, chosen = moment(self.initial["closes_at"]), moment(given.get("closes_at"))
        body = given.get("body", "")
        if "closes_at" in given and usual != chosen and usual in body:
            self.data = self.data.copy()
            self.data["body"] = body.replace(usual, chosen)
            self.add_error("body", _("The text named another end of objections. The date is put right: read it and "
                                     "publish once more."))  # fmt: skip
        return given


class RerankForm(forms.Form):
    """Why a frozen ranking is computed again, and who goes on from a line that was left undecided."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    decided = forms.CharField(
        label=_("Entry numbers that go on from the line"), required=False,
        help_text=_("Only where equals on the line wait for a decision; separate several by spaces."),
    )  # fmt: skip

    def clean_decided(self) -> list[str]:
        return self.cleaned_data["decided"].replace("、", " ").replace("，", " ").replace(",", " ").split()


class DecisionForm(forms.Form):
    """Who of the jury decided on equals, and why; the entries come with the page's own lists."""

    jury = forms.CharField(
        label=_("Decided by"), max_length=200,
        help_text=_("The judges who took part, or the head of the jury for them. Not shown to the public."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=150, widget=forms.Textarea(attrs={"rows": 2}))
