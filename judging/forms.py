"""What organisers type about a heat."""

from django import forms
from django.utils.translation import gettext_lazy as _

from judging.models import Judge
from judging.states import ConflictKind
from projects.models import Entry


class InviteForm(forms.Form):
    """Judges ticked in the library, and how many entries each may be given at most."""

    judges = forms.TypedMultipleChoiceField(coerce=int)
    capacity = forms.IntegerField(min_value=1, max_value=500, required=False)

    def __init__(self, data):
        super().__init__(data)
        ticked = [value for value in data.getlist("judges") if value.isdecimal()]
        self.fields["judges"].choices = [(value, value) for value in ticked]


class ConflictForm(forms.Form):
    """A conflict that the organiser knows of: judge, entry by its number, kind and where it is known from."""

    judge = forms.ModelChoiceField(Judge.objects.none(), label=_("Judge"))
    entry = forms.CharField(label=_("Entry number"), max_length=30)
    kind = forms.ChoiceField(label=_("Kind"), choices=ConflictKind.choices)
    hard = forms.BooleanField(label=_("Must not judge this entry"), required=False, initial=True)
    source = forms.CharField(label=_("Known from"), max_length=200, help_text=_("The supervisor reads this."))

    def __init__(self, *args, heat, **kwargs):
        super().__init__(*args, **kwargs)
        self.heat = heat
        self.fields["judge"].queryset = Judge.objects.filter(invitations__heat=heat).select_related("person")

    def clean_entry(self) -> Entry:
        number = self.cleaned_data["entry"].strip()
        found = Entry.objects.filter(participations__heat=self.heat, number=number).first()
        if found is None:
            raise forms.ValidationError(_("No entry of this heat has this number. Check it against the list."))
        return found
