"""The call for entries as its organiser writes it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CallForm(forms.Form):
    use_required_attribute = False

    title = forms.CharField(label=_("Title of the call"), max_length=160)
    body = forms.CharField(
        label=_("Text of the call"), widget=forms.Textarea(attrs={"rows": 16}),
        help_text=_("Paragraphs are divided by empty lines. The season's own text becomes the same."),
    )  # fmt: skip
    title_en = forms.CharField(
        label=_("Title in English"), max_length=240, required=False, widget=forms.TextInput(attrs={"lang": "en"})
    )
    body_en = forms.CharField(
        label=_("Text in English"), required=False, widget=forms.Textarea(attrs={"rows": 16, "lang": "en"}),
        help_text=_("For entrants from abroad."),
    )  # fmt: skip

    def __init__(self, *args, needs_english: bool, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for name in ("title_en", "body_en"):
            self.fields[name].required = needs_english
            self.fields[name].error_messages["required"] = _(
                "This season takes entrants from abroad: write it in English as well."
            )
