"""What organisers type about a heat, what judges answer, and the file of marks that is sent in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from judging.models import Judge
from judging.states import ConflictKind
from projects.models import Entry


class InviteForm(forms.Form):
    """Judges ticked in the library, and how many entries each may be given at most."""

    judges = forms.TypedMultipleChoiceField(coerce=int)
    capacity = forms.IntegerField(min_value=1, max_value=500, required=False)

    def __init__(self, data, *, everybody=()):
        ticked = [str(pk) for pk in everybody] or [value for value in data.getlist("judges") if value.isdecimal()]
        super().__init__({"judges": ticked, "capacity": data.get("capacity", "")})
        self.fields["judges"].choices = [(value, value) for value in ticked]


class ConflictForm(forms.Form):
    """A conflict that the organiser knows of: judge, entry by its number, kind and where it is known from."""

    judge = forms.ModelChoiceField(Judge.objects.none(), label=_("Judge"))
    entry = forms.CharField(label=_("Entry number"), max_length=30)
    kind = forms.ChoiceField(label=_("Kind"), choices=ConflictKind.choices)
    hard = forms.BooleanField(label=_("Must not judge this entry"), required=False, initial=True)
    source = forms.CharField(label=_("Known from"), max_length=200, help_text=_("The supervisor reads this."))
    evidence = forms.CharField(
        label=_("What shows it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example the number of a letter, or where it can be looked up."),
    )  # fmt: skip

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


class WitnessForm(forms.Form):
    """What the witness of a draw calls out, and who that is."""

    witness = forms.CharField(
        label=_("Number called out by the witness"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    witness_name = forms.CharField(label=_("Witness"), max_length=80)


class VoidForm(forms.Form):
    """What the organiser does with one judge's sheet, and why."""

    ACTS = ("void", "replace", "absent", "reopen")

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    kind = forms.ChoiceField(label=_("Kind"), choices=ConflictKind.choices, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=160)


class AnswerForm(forms.Form):
    """A judge's answer to an invitation; who declines says why, so that the organiser knows whom to ask instead."""

    accepted = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda value: value == "yes")
    offered = forms.IntegerField(
        label=_("How many entries can you judge at most?"), min_value=1, max_value=500, required=False
    )
    free_from = forms.DateField(
        label=_("Available from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    free_until = forms.DateField(
        label=_("Available until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Why you can't take part"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean(self):
        data = super().clean()
        if data.get("accepted") is False and not data.get("reason"):
            self.add_error("reason", _("Please say in a few words why; then the organiser knows whom to ask instead."))
        return data


class PledgeForm(forms.Form):
    """The signature under the judge's pledge: one's own name, typed."""

    typed_name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class StepBackForm(forms.Form):
    """Why a judge does not mark an entry, and whether a tie to it is the reason."""

    tie = forms.TypedChoiceField(
        label=_("What keeps you from judging it?"),
        choices=[
            ("yes", _("I have a tie to this project")),
            ("no", _("Another reason, for example the files do not open")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("In your words"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only the organiser and the supervisor read this."),
    )  # fmt: skip


class MarksFileForm(forms.Form):
    """A file of marks as in docs/marks-format.md."""

    file = forms.FileField(
        label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}), allow_empty_file=True
    )
    trim_from = forms.TypedChoiceField(
        label=_("Highest and lowest mark are dropped"),
        choices=[(3, _("from 3 marks on")), (5, _("from 5 marks on"))],
        coerce=int, initial=3,
    )  # fmt: skip


class ConfirmImportForm(forms.Form):
    """A checked file that is to be imported: its check code and the rule."""

    file = forms.RegexField(r"\A[0-9a-f]{64}\Z")
    name = forms.CharField(max_length=80)
    trim_from = forms.IntegerField(min_value=3, max_value=99)


class MoveForm(forms.Form):
    """A judge put in by hand; the names are those of the record, the reason stays on it."""

    out = forms.CharField(widget=forms.HiddenInput, max_length=40)
    judge = forms.CharField(widget=forms.HiddenInput, max_length=40)
    other = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=160)


class RepairForm(forms.Form):
    """A change of judges that was shown: its check code and the reason."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=16)
    reason = forms.CharField(label=_("Reason"), max_length=160)


class TieForm(forms.Form):
    """A tie that a judge declares to somebody who takes part."""

    KINDS = [
        (one.value, one.label)
        for one in (
            ConflictKind.EMPLOYER, ConflictKind.HOLDING, ConflictKind.COACHING, ConflictKind.BUSINESS,
            ConflictKind.KIN, ConflictKind.SCHOOL, ConflictKind.DECLARED,
        )
    ]  # fmt: skip

    entry = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind of tie"), choices=KINDS)
    source = forms.CharField(label=_("In your words"), max_length=200)


class LateForm(forms.Form):
    """What becomes of a sheet whose judge turned out to have a tie."""

    sheet = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=160)
    replace = forms.BooleanField(label=_("Put in the next judge of the drawn order"), required=False, initial=True)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "XXXX-XXXX-XXXX-XXXX"}),
    )  # fmt: skip


class JudgeListForm(forms.Form):
    """Until when, and to how many judges, a team may object."""

    closes_at = forms.DateTimeField(
        label=_("Objections are taken until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    most_objections = forms.IntegerField(label=_("A team may object to at most"), min_value=1, max_value=5, initial=2)


class ObjectionForm(forms.Form):
    """A team's objection to one judge on the list."""

    judge = forms.TypedChoiceField(label=_("Judge"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.CharField(
        label=_("What shows it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What shows it: a contract, a register, a date."),
    )  # fmt: skip

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["judge"].choices = [(line["judge"], f"{line['name']}·{line['employer']}") for line in lines]
