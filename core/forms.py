"""What a refusal does to a form, and the filters of core's own pages."""

from collections.abc import Callable

from django import forms
from django.utils.translation import gettext_lazy as _

from core.problems import Refused


def show_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """At the field it concerns, else above the form. What was typed stays."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def accepted(form: forms.BaseForm, write: Callable[[], object]) -> bool:
    """Whether the form was sent, is right, and the service took it; a refusal of the service is shown on the form."""
    if not form.is_valid():
        return False
    try:
        write()
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True


class AuditFilter(forms.Form):
    """Every field narrows the trail by a column that has an index or follows one."""

    who = forms.CharField(label=_("Person"), required=False, max_length=80)
    verb = forms.CharField(label=_("Action"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind of object"), required=False)
    number = forms.CharField(label=_("Number of the object"), required=False, max_length=40)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, kinds=(), **more):
        super().__init__(*args, **more)
        self.fields["kind"].choices = [("", _("All")), *kinds]
