"""The rooms of a live heat, and a move by hand between them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from judging.services.rooms import FEWEST, MOST, RoomLine


class RoomForm(forms.Form):
    """A room with its place and time; one with nothing typed is none."""

    use_required_attribute = False

    name = forms.CharField(label=gettext_lazy("Room"), max_length=40, required=False)
    place = forms.CharField(label=gettext_lazy("Place"), max_length=80, required=False)
    begins_at = forms.DateTimeField(
        label=gettext_lazy("Begins"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean(self):
        data = super().clean()
        if not data.get("name") and data.get("place"):
            self.add_error("name", _("Name the room, or leave its place empty as well."))
        return data


class RoomRows(forms.BaseFormSet):
    def lines(self) -> list[RoomLine]:
        named = (form.cleaned_data for form in self.forms if form.cleaned_data.get("name"))
        return [RoomLine(one["name"], one["place"], one["begins_at"]) for one in named]


RoomFormSet = forms.formset_factory(RoomForm, formset=RoomRows, extra=0, max_num=MOST, absolute_max=MOST)


def rows_of(heat) -> list[dict]:
    """What the form begins with: the rooms there are and a row for one more, or the fewest that make sense."""
    rooms = list(heat.rooms.values("name", "place", "begins_at"))
    settled = heat.draws.exists()
    blank = {"name": "", "place": "", "begins_at": heat.stage.opens}
    if rooms:
        return rooms if settled or len(rooms) == MOST else [*rooms, blank]
    return [{**blank, "name": _("Room %(number)s") % {"number": one}, "place": heat.stage.local_place}
            for one in range(1, FEWEST + 1)]  # fmt: skip


class RoomMoveForm(forms.Form):
    """An entry or a judge put elsewhere by hand: `to` is a room or another of the same kind."""

    name = forms.CharField(widget=forms.HiddenInput, max_length=40)
    to = forms.ChoiceField(label=gettext_lazy("Where to"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=160)

    def __init__(self, *args, moves=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = moves

    def change(self) -> dict[str, str]:
        """The move as the service takes it."""
        kind, value = self.cleaned_data["to"].split(":", 1)
        return {"name": self.cleaned_data["name"], "room" if kind == "room" else "other": value}
