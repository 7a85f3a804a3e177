"""Filters of the organiser's list, all in the address."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models import Season, Track
from core.models import Region
from projects.models import Entry
from projects.states import EntryState

OFFICIAL_STATES = [(state.value, state.label) for state in EntryState if state != EntryState.DRAFT]


class EntryFilter(django_filters.FilterSet):
    """Season, track, city, state and words. Unknown values filter nothing away silently: they show no rows."""

    season = django_filters.ModelChoiceFilter(queryset=Season.objects.all(), label=_("Season"))
    track = django_filters.ModelChoiceFilter(queryset=Track.objects.all(), label=_("Track"))
    city = django_filters.ModelChoiceFilter(
        field_name="zone__region", queryset=Region.objects.filter(level=Region.Level.CITY), label=_("City")
    )
    state = django_filters.ChoiceFilter(choices=OFFICIAL_STATES, label=_("State"))
    q = django_filters.CharFilter(method="by_words", label=_("Words"), widget=forms.TextInput)

    class Meta:
        model = Entry
        fields = ["season", "track", "city", "state", "q"]

    def by_words(self, entries, _name, value):
        word = value.strip()
        return entries.filter(
            Q(number__icontains=word)
            | Q(title__icontains=word)
            | Q(company_name__icontains=word)
            | Q(leader_name__icontains=word)
        )
