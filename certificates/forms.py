"""The form of a certificate design: its blocks with their paragraphs, seals, QR code and paper."""

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.designs import Block, Box, Design, Paragraph, QrPlace, Seal
from core.problems import Problem

PAGE_MM = 420
MOST_BLOCKS, MOST_PARAGRAPHS, MOST_SEALS = 12, 8, 3
ALIGN = (("left", _("left")), ("center", _("centred")), ("right", _("right")), ("justify", _("justified")))
VALIGN = (("top", _("at the top")), ("middle", _("in the middle")), ("bottom", _("at the bottom")))
FRAMES = (("classic", _("Classic border")), ("", _("None")))
BLANK = Paragraph("", 15)


def _mm(label, **more) -> forms.FloatField:
    return forms.FloatField(label=label, min_value=0, max_value=PAGE_MM, **more)


def _colour(label) -> forms.CharField:
    return forms.CharField(label=label, max_length=7, widget=forms.TextInput(attrs={"type": "color"}))


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else value


class Piece(forms.Form):
    use_required_attribute = False


class ParagraphForm(Piece):
    """One paragraph. One without text is left out."""

    text = forms.CharField(label=_("Text"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    size = forms.FloatField(label=_("Size in points"), min_value=5, max_value=120)
    align = forms.ChoiceField(label=_("Alignment"), choices=ALIGN)
    colour = _colour(_("Colour"))
    leading = forms.FloatField(label=_("Line spacing"), min_value=0.8, max_value=4)
    indent = forms.FloatField(label=_("Indent of the first line, in signs"), min_value=0, max_value=20)
    tracking = forms.FloatField(label=_("Space between signs, in signs"), min_value=0, max_value=2)
    space_before = forms.FloatField(label=_("Space above, in mm"), min_value=0, max_value=60)
    shrink = forms.IntegerField(label=_("Shrinks to stay on one line, down to per cent"), min_value=40, max_value=100)
    max_lines = forms.IntegerField(label=_("Most lines (0: as many as fit)"), min_value=0, max_value=30)
    each = forms.BooleanField(label=_("Repeat for every name of its list"), required=False)

    @staticmethod
    def started(one: Paragraph) -> dict[str, Any]:
        numbers = {name: _number(getattr(one, name)) for name in ("size", "leading", "indent", "tracking")}
        return {
            **numbers, "text": one.text, "align": one.align, "colour": one.colour, "max_lines": one.max_lines,
            "each": one.each, "space_before": _number(one.space_before), "shrink": round(one.one_line_down_to * 100),
        }  # fmt: skip

    def usual(self):
        return [self[name] for name in ("size", "align", "colour")]

    def finer(self):
        names = ("leading", "indent", "tracking", "space_before", "shrink", "max_lines", "each")
        return [self[name] for name in names]

    def made(self) -> Paragraph:
        data = {**self.cleaned_data}
        data["one_line_down_to"] = data.pop("shrink") / 100
        return Paragraph(**{**data, "text": " ".join(data["text"].split())})


class BlockForm(Piece):
    x, y = _mm(_("From the left")), _mm(_("From the top"))
    width, height = _mm(_("Width")), _mm(_("Height"))
    valign = forms.ChoiceField(label=_("Stands in its box"), choices=VALIGN)
    min_scale = forms.IntegerField(label=_("All shrink together, down to per cent"), min_value=40, max_value=100)

    @staticmethod
    def started(one: Block) -> dict[str, Any]:
        box = {name: _number(getattr(one.box, name)) for name in ("x", "y", "width", "height")}
        return {**box, "valign": one.valign, "min_scale": round(one.min_scale * 100)}


class SealForm(Piece):
    """A drawn seal, or the office's own picture. One with neither is left out."""

    text = forms.CharField(label=_("Text of the drawn seal"), max_length=30, required=False)
    caption = forms.CharField(label=_("At its foot"), max_length=10, required=False)
    image = forms.FileField(
        label=_("Or a picture of the seal (PNG or JPEG)"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )  # fmt: skip
    drop = forms.BooleanField(label=_("Take the picture out"), required=False)
    x, y = _mm(_("Centre from the left")), _mm(_("Centre from the top"))
    diameter = forms.FloatField(label=_("Diameter"), min_value=10, max_value=90)

    def __init__(self, *args, held: bytes = b"", **kwargs):
        self.held = held
        super().__init__(*args, **kwargs)
        if not held:
            del self.fields["drop"]

    @staticmethod
    def started(one: Seal) -> dict[str, Any]:
        numbers = {name: _number(getattr(one, name)) for name in ("x", "y", "diameter")}
        return {"text": one.text, "caption": one.caption, **numbers}

    def made(self) -> Seal | None:
        data = self.cleaned_data
        image = data["image"].read() if data["image"] else b"" if data.get("drop") else self.held
        if not image and not data["text"].strip():
            return None
        return Seal(data["x"], data["y"], data["diameter"], data["text"].strip(), data["caption"].strip(), image)


class DesignForm(Piece):
    """The whole design. What it doesn't show (what stands out, free text, the size of the page) stays as it was."""

    number_prefix = forms.SlugField(
        label=_("Certificate numbers begin with"), max_length=20,
        help_text=_("Letters, digits and -; no other season may use it. The number follows: SDCY2026-00001."),
    )  # fmt: skip
    frame = forms.ChoiceField(label=_("Frame"), choices=FRAMES, required=False)
    paper = _colour(_("Colour of the paper"))
    background = forms.FileField(
        label=_("Picture over the whole page, under the text (PNG or JPEG)"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )  # fmt: skip
    drop_background = forms.BooleanField(label=_("Take the picture out"), required=False)
    qr_x, qr_y = _mm(_("QR code from the left"), required=False), _mm(_("QR code from the top"), required=False)
    qr_size = _mm(_("Width of the QR code"), required=False, help_text=_("Empty: no QR code. 15 mm at least."))
    sample = forms.BooleanField(
        label=_("Sample: not the office's own seal yet"), required=False,
        help_text=_("The check list reminds of it until you take the tick off."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why it changes"), max_length=200, required=False)

    def __init__(self, data=None, files=None, *, design: Design, started: dict[str, Any], issued: int):
        self.design = design
        qr = {f"qr_{name}": _number(getattr(design.qr, name)) for name in ("x", "y", "size")} if design.qr else {}
        first = {"frame": design.frame, "paper": design.paper, **qr, **started}
        super().__init__(data, files, initial=first)
        if not issued:
            del self.fields["reason"]
        if not design.background:
            del self.fields["drop_background"]
        self.blocks = [
            self._block(place, design.blocks[place] if place < len(design.blocks) else None)
            for place in range(self._count("blocks", len(design.blocks), MOST_BLOCKS))
        ]
        self.seals = [
            self._seal(place, design.seals[place] if place < len(design.seals) else None)
            for place in range(self._count("seals", max(len(design.seals), 1), MOST_SEALS))
        ]

    def _count(self, name: str, held: int, most: int) -> int:
        """How many of a kind the page shows: as many as were sent, and one more where more were asked for."""
        if not self.is_bound:
            return held
        sent = self.data.get(f"{name}-count", "")
        known = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 3 else held
        return min(known + (self.data.get("more") == name), most)

    def _part(self, made, prefix: str, first: dict[str, Any], **more):
        """A piece as it was sent; one that the page has only just been asked for starts from its first values."""
        sent = self.is_bound and any(key.startswith(f"{prefix}-") for key in self.data)
        return made(self.data if sent else None, self.files if sent else None, prefix=prefix, initial=first, **more)

    def _block(self, place: int, held: Block | None) -> dict[str, Any]:
        prefix = f"block-{place}"
        held = held or Block(Box(34, 62, 229, 20), (BLANK,))
        count = self._count(prefix, len(held.paragraphs), MOST_PARAGRAPHS)
        paragraphs = [
            self._part(
                ParagraphForm, f"{prefix}-{number}",
                ParagraphForm.started(held.paragraphs[number] if number < len(held.paragraphs) else BLANK),
            )
            for number in range(count)
        ]  # fmt: skip
        box = self._part(BlockForm, f"{prefix}-box", BlockForm.started(held))
        asked_for = self.is_bound and (self.data.get("more") == prefix or (count and not paragraphs[-1].is_bound))
        return {
            "key": prefix, "box": box, "paragraphs": paragraphs, "count": count, "asked_for": asked_for,
            "title": " ".join(str(one["text"].value() or "") for one in paragraphs),
        }  # fmt: skip

    def _seal(self, place: int, held: Seal | None) -> SealForm:
        held = held or Seal(211.5, 173, 43)
        return self._part(SealForm, f"seal-{place}", SealForm.started(held), held=held.image)

    @property
    def pieces(self) -> list[Piece]:
        found = [piece for block in self.blocks for piece in (block["box"], *block["paragraphs"])]
        return [*found, *self.seals]

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(piece.is_valid() for piece in self.pieces)])

    def clean(self):
        data = super().clean()
        given = [data.get(f"qr_{name}") is not None for name in ("x", "y", "size")]
        if data.get("qr_size") and not all(given):
            self.add_error("qr_size", _("Say where the QR code stands, or leave its width empty."))
        return data

    def wrong(self) -> set[str]:
        """Keys of the texts that hold an error: they stand open."""
        return {
            block["key"] for block in self.blocks if any(one.errors for one in (block["box"], *block["paragraphs"]))
        }

    def forgive(self) -> None:
        """Show what was typed without complaints: the organiser only asked for another piece."""
        for form in (self, *self.pieces):
            form._errors = {}

    def made(self) -> Design:
        """The design as typed. Remembers which typed piece each part came from, so that a refusal finds its field."""
        data, self.places = self.cleaned_data, {}
        blocks = []
        for block in self.blocks:
            filled = [one for one in block["paragraphs"] if one.cleaned_data["text"].strip()]
            if not filled:
                continue
            path = f"blocks.{len(blocks)}"
            self.places[f"{path}.box"] = (block["box"], "x")
            for number, one in enumerate(filled):
                self.places[f"{path}.paragraphs.{number}"] = (one, "")
            box = block["box"].cleaned_data
            made = tuple(one.made() for one in filled)
            where = Box(box["x"], box["y"], box["width"], box["height"])
            blocks.append(Block(where, made, box["valign"], box["min_scale"] / 100))
        seals = []
        for one in self.seals:
            seal = one.made()
            if seal is not None:
                self.places[f"seals.{len(seals)}"] = (one, "x")
                seals.append(seal)
        qr = QrPlace(data["qr_x"], data["qr_y"], data["qr_size"]) if data["qr_size"] else None
        held = b"" if data.get("drop_background") else self.design.background
        background = data["background"].read() if data["background"] else held
        return replace(
            self.design, blocks=tuple(blocks), seals=tuple(seals), qr=qr, frame=data["frame"], paper=data["paper"],
            background=background,
        )  # fmt: skip

    def show(self, problems: list[Problem]) -> None:
        """Each refusal at the field it concerns; what belongs to none stands above the form."""
        for problem in problems:
            form, name = self._place(problem.field)
            form.add_error(name if name in form.fields else None, problem.message)

    def _place(self, field: str) -> tuple[forms.Form, str]:
        known = {"qr": "qr_size", "paper": "paper", "background": "background"}
        if field in known:
            return self, known[field]
        for path, (form, usual) in getattr(self, "places", {}).items():
            if field == path:
                return form, usual
            if field.startswith(f"{path}."):
                return form, field.rpartition(".")[2]
        return self, field
