"""Filters of core's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
