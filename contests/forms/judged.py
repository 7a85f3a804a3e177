"""Forms of what is judged: rubrics with criteria and bands, scoring rules, stages with timed parts."""

from decimal import ROUND_CEILING, Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from contests.forms.base import PartForm, Row, formset, instant
from contests.forms.plain import kinds
from contests.models import Criterion, Rubric, ScoringRule, Stage
from contests.schema import ASSIGNMENT, ROOM_CORRECTIONS, TIE_KINDS, TRIM_SCOPES, blank
from contests.sections import BY_KEY
from contests.services.soundness import scoring_data
from contests.states import AssignedBy, HomePanel, JudgeKind, StageKind
from core.templatetags.luyan import plain

# Bands of the national guidance of 2017, in per cent of a criterion's maximum (domain §2.3).
BANDS = (("优秀", 85), ("良好", 70), ("一般", 55), ("较差", 0))
LINKS = 5
ASSIGNED = (
    "assigned_by", "load_min", "load_max", "standby", *(f"type_{value}" for value in JudgeKind.values),
    "outside", "home", "employer_max",
)  # fmt: skip
EXACT = [("", _("Not rounded")), *((str(number), str(number)) for number in range(5))]


def bands(maximum: Decimal, step: Decimal, names: list[str]) -> list[dict[str, str]]:
    """From and to of each band on the criterion's own step; a band ends one step below the one above."""
    found, top = [], maximum
    for name, (_name, per_cent) in zip(names, BANDS, strict=True):
        low = (maximum * per_cent / 100 / step).to_integral_value(ROUND_CEILING) * step
        found.append({"name": name, "from": plain(low), "to": plain(top)})
        top = low - step
    return found


class CriterionRow(Row):
    """One criterion. Its bands follow from maximum and step unless both stay as they were."""

    telling = ("name", "maximum")
    key = forms.SlugField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Criterion"), max_length=60, required=False)
    name_en = forms.CharField(label=_("English name"), max_length=100, required=False)
    maximum = forms.DecimalField(label=_("Highest mark"), max_digits=6, decimal_places=2, required=False)
    weight = forms.DecimalField(label=_("Weight"), max_digits=6, decimal_places=4, required=False, initial=1)
    step = forms.DecimalField(label=_("Step"), max_digits=4, decimal_places=2, required=False, initial=1)
    note = forms.CharField(label=_("What is judged"), max_length=300, required=False)
    note_en = forms.CharField(label=_("What is judged, in English"), max_length=400, required=False)

    def __init__(self, *args, held: dict[str, dict], **kwargs):
        self.held = held
        super().__init__(*args, **kwargs)
        known = self.known()
        for place, (name, per_cent) in enumerate(BANDS):
            anchor = known[place] if known else {"name": name, "text": ""}
            low = f" {anchor['from']}–{anchor['to']}" if "from" in anchor else f" ≥ {per_cent}%"
            self.fields[f"band_{place}"] = forms.CharField(
                label=f"{anchor['name']}{low}", max_length=300, required=False, initial=anchor["text"]
            )

    def known(self) -> list[dict]:
        """The four bands this criterion has already, or nothing."""
        key = self.data.get(self.add_prefix("key")) if self.is_bound else self.initial.get("key")
        anchors = self.held.get(key or "", {}).get("anchors") or []
        return anchors if len(anchors) == len(BANDS) else []

    def band_fields(self):
        return [self[f"band_{place}"] for place in range(len(BANDS))]

    def clean(self):
        data = super().clean()
        if self.is_blank() or data.get("DELETE"):
            return data
        for name in ("name", "maximum"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed. Empty both to leave the row out."))
        for name in ("maximum", "weight", "step"):
            if data.get(name) is not None and data[name] <= 0 and name not in self.errors:
                self.add_error(name, _("This must be above 0."))
        return data

    def is_blank(self):
        return super().is_blank() and not any(self.cleaned_data.get(f"band_{place}") for place in range(len(BANDS)))

    def criterion(self) -> dict:
        data = self.cleaned_data
        facts = {name: data[name] for name in ("key", "name", "name_en", "maximum", "note", "note_en")}
        facts |= {"weight": data["weight"] or Decimal(1), "step": data["step"] or Decimal(1)}
        return {**facts, "anchors": self._anchors(facts)}

    def _anchors(self, facts: dict) -> list[dict]:
        texts = [self.cleaned_data[f"band_{place}"] for place in range(len(BANDS))]
        held, known = self.held.get(facts["key"], {}), self.known()
        if known and (held["maximum"], held["step"]) == (facts["maximum"], facts["step"]):
            return [{**one, "text": text} for one, text in zip(known, texts, strict=True)]
        if held.get("anchors") and not known and not any(texts):
            return held["anchors"]
        names = [one["name"] for one in known] or [name for name, _low in BANDS]
        ranges = bands(facts["maximum"], facts["step"], names)
        return [{**one, "text": text} for one, text in zip(ranges, texts, strict=True)] if any(texts) or known else []


class RubricForm(PartForm):
    rows = {"criteria": formset(CriterionRow, extra=2)}

    class Meta:
        model = Rubric
        fields = ["name", "sample"]

    def row_values(self, name, held):
        numbers = ("maximum", "weight", "step")
        return [{**one, **{column: plain(one[column]) for column in numbers}} for one in held.get(name) or []]

    def row_kwargs(self, name):
        held = self.section.facts(self.row).get("criteria") or []
        return {"held": {one["key"]: one for one in held}}

    def composed(self):
        forms_kept = {id(form.cleaned_data): form for form in self.formsets["criteria"].forms if form.cleaned_data}
        return {"criteria": [forms_kept[id(one)].criterion() for one in self.typed_rows("criteria")]}


class ScoringForm(PartForm):
    """The data of a scoring rule, each part a field of its own."""

    trim_scope = forms.ChoiceField(label=_("What is trimmed"), choices=TRIM_SCOPES, initial="sheet")
    trim_high = forms.IntegerField(label=_("Highest marks dropped"), min_value=0, max_value=9, initial=1)
    trim_low = forms.IntegerField(label=_("Lowest marks dropped"), min_value=0, max_value=9, initial=1)
    min_marks_to_trim = forms.IntegerField(
        label=_("Dropped from so many valid marks on"), min_value=0, max_value=99, initial=5
    )
    min_valid_marks = forms.IntegerField(
        label=_("Fewest valid marks"), min_value=1, max_value=99, initial=3,
        help_text=_("An entry with fewer is scored again before it is ranked."),
    )  # fmt: skip
    criterion_digits = forms.ChoiceField(
        label=_("Decimals of a criterion's mean"), choices=EXACT, required=False, initial="2"
    )
    product_digits = forms.ChoiceField(label=_("Decimals after the weight"), choices=EXACT, required=False, initial="2")
    sheet_digits = forms.ChoiceField(label=_("Decimals of a sheet's sum"), choices=EXACT, required=False, initial="2")
    total_digits = forms.ChoiceField(label=_("Decimals of the total"), choices=EXACT[1:], initial="2")
    earlier_percent = forms.DecimalField(
        label=_("Share of the earlier round in per cent"), max_digits=5, decimal_places=2, required=False,
        help_text=_("Empty: the earlier round doesn't count."),
    )  # fmt: skip
    further_percents = forms.CharField(
        label=_("Shares of the rounds before that, in per cent"), max_length=40, required=False,
        help_text=_("Nearest round first, for example 20 10. Empty: they don't count."),
    )  # fmt: skip
    room_correction = forms.ChoiceField(
        label=_("Correction between rooms"), choices=ROOM_CORRECTIONS, required=False, initial="off",
        help_text=_("For a track that is judged in several rooms. Contestants read it in the rule beforehand."),
    )  # fmt: skip
    room_digits = forms.ChoiceField(label=_("Decimals of a room's factor"), choices=EXACT, required=False, initial="4")

    class Meta:
        model = ScoringRule
        fields = ["name", "sample"]

    field_order = ["name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion_digits"].widget.attrs |= kinds(["criterion"])
        self.fields["product_digits"].widget.attrs |= kinds(["criterion"])
        self.fields["sheet_digits"].widget.attrs |= kinds(["sheet", "none"])
        for name in ("trim_high", "trim_low", "min_marks_to_trim"):
            self.fields[name].widget.attrs |= kinds(["criterion", "sheet"])
        rubrics = BY_KEY["rubrics"].rows(self.season)
        named = dict(Criterion.objects.filter(rubric__in=rubrics).values_list("key", "name"))
        steps = [(kind, label) for kind, label in TIE_KINDS if kind != "criterion"]
        steps += [(f"criterion:{key}", _("Criterion: %(name)s") % {"name": name}) for key, name in named.items()]
        for place in range(LINKS):
            held = self.initial.get(f"tie_{place}", "")
            known = {value for value, _label in steps}
            own = [(held, held.removeprefix("criterion:"))] if held and held not in known else []
            self.fields[f"tie_{place}"] = forms.ChoiceField(
                label=_("Equal totals: step %(place)s") % {"place": place + 1},
                choices=[("", "—"), *steps, *own], required=False,
            )  # fmt: skip
        self.fields["sample"] = self.fields.pop("sample")

    def started(self, held):
        if not held:
            return {}
        data = scoring_data(held["data"])
        started = {name: "" if data[name] is None else data[name] for name in data if name.endswith("_digits")}
        started |= {name: data[name] for name in ("trim_scope", "trim_high", "trim_low", "min_marks_to_trim")}
        started["min_valid_marks"] = data["min_valid_marks"]
        if data["earlier_weight"] is not None:
            started["earlier_percent"] = Decimal(str(data["earlier_weight"])) * 100
        started["further_percents"] = " ".join(plain(Decimal(str(one)) * 100) for one in data["further_weights"])
        started["room_correction"] = data["room_correction"]
        for place, one in enumerate(data["tie_chain"][:LINKS]):
            started[f"tie_{place}"] = f"criterion:{one['criterion']}" if one["criterion"] else one["kind"]
        return started

    def clean_further_percents(self) -> list[str]:
        typed = self.cleaned_data["further_percents"].replace("、", " ").replace("，", " ").replace("%", " ").split()
        try:
            shares = [Decimal(one) for one in typed]
        except InvalidOperation:
            shares = [Decimal("NaN")]
        if not all(one.is_finite() for one in shares):
            raise forms.ValidationError(_("Write numbers with spaces between them, for example 20 10."))
        return [_share(one) for one in shares]

    def composed(self):
        data = self.cleaned_data
        rule = {name: data[name] for name in ("trim_scope", "min_marks_to_trim", "min_valid_marks")}
        for name in ("trim_high", "trim_low"):
            rule[name] = data[name] if data["trim_scope"] != "none" else 0
        rule |= {"room_correction": data["room_correction"] or "off", "further_weights": data["further_percents"]}
        for name in ("criterion_digits", "product_digits", "sheet_digits", "total_digits", "room_digits"):
            rule[name] = int(data[name]) if data[name] else None
        share = data["earlier_percent"]
        rule["earlier_weight"] = None if share is None else _share(share)
        steps = [data[f"tie_{place}"] for place in range(LINKS) if data[f"tie_{place}"]]
        rule["tie_chain"] = [
            {"kind": "criterion", "criterion": one.partition(":")[2]} if ":" in one else {"kind": one} for one in steps
        ]
        # A rule that means the same as before is no change, however it was written.
        same = self.row is not None and scoring_data(self.row.data) == scoring_data(rule)
        return {"data": self.row.data if same else rule}

    def show_at(self, field, message):
        shown = {"earlier_weight": "earlier_percent", "further_weights": "further_percents", "tie_chain": "tie_0"}
        super().show_at(shown.get(field, field), message)


def _share(per_cent: Decimal) -> str:
    return f"{(per_cent / 100).normalize():f}"


class SegmentRow(Row):
    telling = ("name", "minutes")
    name = forms.CharField(label=_("Part"), max_length=30, required=False)
    name_en = forms.CharField(label=_("In English"), max_length=60, required=False)
    minutes = forms.DecimalField(
        label=_("Minutes"), max_digits=5, decimal_places=2, min_value=Decimal("0.1"), max_value=500, required=False
    )

    def clean(self):
        data = super().clean()
        if not self.is_blank() and not data.get("DELETE"):
            for name in self.telling:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("This is needed. Empty both to leave the row out."))
        return data


class StageForm(PartForm):
    rows = {"segments": formset(SegmentRow, extra=3)}
    opens = instant(label=_("Opens"))
    closes = instant(label=_("Closes"), help_text=_("The last second that counts, China time."))
    assigned_by = forms.ChoiceField(
        label=_("How judges are assigned"), choices=AssignedBy, required=False,
        help_text=_("By fit: the best expertise that keeps every rule below. By lot: conflicts and loads only."),
    )  # fmt: skip
    load_min = forms.IntegerField(label=_("Fewest entries of a judge"), min_value=0, max_value=999, required=False)
    load_max = forms.IntegerField(
        label=_("Most entries of a judge"), min_value=1, max_value=999, required=False,
        help_text=_("Empty: no limit beyond what each judge said."),
    )  # fmt: skip
    standby = forms.IntegerField(
        label=_("Judges kept in reserve"), min_value=0, max_value=99, required=False,
        help_text=_("Drawn aside before the assignment; they step in, in drawn order, when a judge drops out."),
    )  # fmt: skip
    outside = forms.IntegerField(
        label=_("At least so many judges from outside the home panel"), min_value=0, max_value=99, required=False,
        help_text=_("Judges who see several panels make their marks comparable."),
    )  # fmt: skip
    home = forms.ChoiceField(label=_("Home panel of an entry"), choices=HomePanel, required=False)
    employer_max = forms.IntegerField(
        label=_("Most judges of one employer for an entry"), min_value=1, max_value=99, required=False,
        help_text=_("Empty: no limit."),
    )  # fmt: skip

    class Meta:
        model = Stage
        fields = [
            "name", "kind", "opens", "closes", "place", "rubric", "scoring_rule", "judges_per_entry",
            "avoid_same_city", "blind", "judges_download", "review_gap", "marks_public",
            "calibration_required", "by_zone", "name_en", "place_en",
        ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in (
            "rubric", "scoring_rule", "judges_per_entry", "avoid_same_city", "blind", "judges_download", "review_gap",
            "marks_public", "calibration_required", "by_zone",
        ):  # fmt: skip
            self.fields[name].widget.attrs |= kinds(StageKind.judged())
        self.fields["judges_per_entry"].required = False
        for value, label in JudgeKind.choices:
            self.fields[f"type_{value}"] = forms.IntegerField(
                label=_("At least, for each entry: %(type)s") % {"type": label},
                min_value=0,
                max_value=99,
                required=False,
            )
        for name in ASSIGNED:
            self.fields[name].widget.attrs |= kinds(StageKind.judged() - {StageKind.LIVE})

    def started(self, held):
        rule = {**blank(ASSIGNMENT), **(held.get("assignment") or {})}
        started = {"assigned_by": rule["by"]}
        started |= {name: rule[name] for name in ("load_min", "load_max", "standby", "outside", "home", "employer_max")}
        return started | {f"type_{one['type']}": one["least"] for one in rule["types"]}

    def _assignment(self) -> dict:
        data = self.cleaned_data
        if data["kind"] not in StageKind.judged() - {StageKind.LIVE}:
            return {}
        rule = {name: data[name] or 0 for name in ("load_min", "standby", "outside")}
        rule |= {name: data[name] for name in ("load_max", "employer_max")}
        rule |= {"by": data["assigned_by"] or AssignedBy.LOTS.value, "home": data["home"] or HomePanel.CITY.value}
        types = [(value, data[f"type_{value}"]) for value in JudgeKind.values]
        rule["types"] = [{"type": value, "least": least} for value, least in types if least]
        return {} if rule == blank(ASSIGNMENT) else {name: rule[name] for name in ASSIGNMENT.keys}

    def those_of_rubric(self):
        return BY_KEY["rubrics"].rows(self.season)

    def those_of_scoring_rule(self):
        return BY_KEY["scoring"].rows(self.season)

    def row_values(self, name, held):
        return [
            {"name": one["name"], "name_en": one["name_en"], "minutes": plain(round(Decimal(one["seconds"]) / 60, 2))}
            for one in held.get("segments") or []
        ]

    def clean(self):
        data = super().clean()
        if data.get("opens") and data.get("closes") and data["closes"] < data["opens"]:
            self.add_error("closes", _("The stage closes before it opens. Check both times."))
        return data

    def composed(self):
        judged = self.cleaned_data["kind"] in StageKind.judged()
        parts = [
            {"name": one["name"], "name_en": one["name_en"], "seconds": round(one["minutes"] * 60)}
            for one in self.typed_rows("segments")
        ]
        facts = {"segments": parts, "judges_per_entry": self.cleaned_data["judges_per_entry"] or 0}
        facts["assignment"] = self._assignment()
        if not judged:
            facts |= {"rubric": None, "scoring_rule": None, "by_zone": False, "segments": [], "judges_per_entry": 0}
        return facts

    def show_at(self, field, message):
        super().show_at({"assignment": "assigned_by"}.get(field, field), message)
