"""What organisers type about a heat, what judges answer, and the file of marks that is sent in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.states import IdKind, OrganisationKind
from contests.models import Stage
from contests.states import StageKind
from core.models import Region
from core.templatetags.luyan import moment
from judging.models import Judge
from judging.states import ConflictKind, Grade, JudgeKind, Language, PromiseKind
from projects.models import Entry
from projects.states import Industry


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


class JudgeForm(forms.Form):
    """What the library keeps of a judge: kinds, employer and city, languages, fields with a grade, and a text."""

    kind = forms.ChoiceField(label=_("Kind"), choices=JudgeKind.choices)
    second_kind = forms.ChoiceField(label=_("Also"), choices=[("", "—"), *JudgeKind.choices], required=False)
    employer = forms.CharField(label=_("Employer"), max_length=120, help_text=_("In full, as on its seal."))
    employer_kind = forms.ChoiceField(label=_("Kind of employer"), choices=OrganisationKind.choices)
    title = forms.CharField(label=_("Post or title"), max_length=60, required=False)
    region = forms.ModelChoiceField(
        Region.objects.filter(level=Region.Level.CITY).order_by("code"), label=_("City"), required=False,
        help_text=_("Empty for judges from outside the province."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("Languages beside Chinese"), choices=Language.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    profile = forms.CharField(
        label=_("Work and results"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Research, investments, products, in a few sentences. Entries are compared with this text."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("May be invited"), required=False, initial=True)
    OFFICE_ONLY = ("kind", "second_kind", "active")

    def __init__(self, *args, judge=None, own=False, **kwargs):
        self.judge = judge
        if judge is not None:
            kwargs["initial"] = self._stored(judge)
        super().__init__(*args, **kwargs)
        for number, label in enumerate(Industry.labels):
            grades = [("", "—"), *Grade.choices]
            self.fields[f"field{number}"] = forms.ChoiceField(label=label, choices=grades, required=False)
        if own:
            for name in self.OFFICE_ONLY:
                del self.fields[name]

    @staticmethod
    def _stored(judge) -> dict:
        names = ("kind", "second_kind", "title", "region", "languages", "profile")
        kept = {name: getattr(judge, name) for name in names}
        kept |= {f"field{place}": judge.fields.get(value, "") for place, value in enumerate(Industry.values)}
        if judge.employer:
            kept |= {"employer": judge.employer.name, "employer_kind": judge.employer.kind}
        return kept | {"active": judge.active}

    @property
    def graded(self):
        return [self[f"field{place}"] for place in range(len(Industry.values))]

    @property
    def plain(self):
        return [self[name] for name in self.fields if not name.startswith("field")]

    def facts(self) -> dict:
        """In the words of the service; fields that the province does not know stay as they were."""
        data = self.cleaned_data
        others = {} if self.judge is None else self.judge.fields
        fields = {name: grade for name, grade in others.items() if name not in Industry.values}
        fields |= {
            value: int(data[f"field{place}"]) for place, value in enumerate(Industry.values) if data[f"field{place}"]
        }
        names = ("kind", "second_kind", "title", "region", "languages", "profile", "active")
        return {"fields": fields} | {name: data[name] for name in names if name in data}


class NewJudgeForm(JudgeForm):
    """A judge with the person behind: known by the document, made now where nobody knows it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    id_kind = forms.ChoiceField(label=_("Document"), choices=IdKind.choices)
    id_number = forms.CharField(
        label=_("Document number"), max_length=40, help_text=_("Kept encrypted; it tells people of one name apart.")
    )
    phone = forms.CharField(label=_("Mobile number"), max_length=30, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    field_order = ["name", "id_kind", "id_number", "phone", "email"]

    def person(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("name", "id_kind", "id_number", "phone", "email")}


class PayAccountForm(forms.Form):
    """Where a judge's fee goes."""

    holder = forms.CharField(label=_("Account holder"), max_length=80)
    bank = forms.CharField(label=_("Bank and branch"), max_length=120)
    number = forms.CharField(
        label=_("Account number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)


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


class PromiseForm(forms.Form):
    """A new version of a text that judges sign."""

    kind = forms.ChoiceField(label=_("Which text"), choices=PromiseKind.choices)
    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("Stage"), required=False, empty_label=_("Every stage"))
    text = forms.CharField(label=_("Wording"), max_length=5000, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *args, season, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].queryset = season.stages.filter(kind__in=StageKind.judged())


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


class RosterFileForm(forms.Form):
    """A list of experts as Excel."""

    file = forms.FileField(label=_("Excel file"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))


class ConfirmRosterForm(forms.Form):
    """A checked list that is to be read in: its check code."""

    file = forms.RegexField(r"\A[0-9a-f]{64}\Z")
    name = forms.CharField(max_length=200)


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


class HoldingForm(forms.Form):
    """A holding that the office knows of."""

    company_name = forms.CharField(label=_("Company"), max_length=120)
    holder_name = forms.CharField(label=_("Shareholder"), max_length=120, help_text=_("A fund, a firm or a person."))
    share = forms.DecimalField(
        label=_("Share in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    note = forms.CharField(label=_("Known from"), max_length=200)
