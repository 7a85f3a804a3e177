"""Filters of the organiser's list, all in the address."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contests.models import Contest, Season, Track
from core.models import Region
from projects.models import Entry, PastEntry
from projects.states import EntryState, PastMatch

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


class PastFilter(django_filters.FilterSet):
    """Contest, year, award, match and words of earlier years."""

    contest = django_filters.ModelChoiceFilter(queryset=Contest.objects.all(), label=_("Contest"))
    year = django_filters.NumberFilter(label=_("Year"))
    awarded = django_filters.BooleanFilter(method="by_award", label=_("Award"))
    match = django_filters.ChoiceFilter(choices=PastMatch.choices, label=_("Match"))
    q = django_filters.CharFilter(method="by_words", label=_("Words"), widget=forms.TextInput)

    class Meta:
        model = PastEntry
        fields = ["contest", "year", "awarded", "match", "q"]

    def by_award(self, rows, _name, value):
        return rows.exclude(level="") if value else rows.filter(level="")

    def by_words(self, rows, _name, value):
        word = value.strip()
        return rows.filter(
            Q(title__icontains=word)
            | Q(company_name__icontains=word)
            | Q(credit_code__iexact=word)
            | Q(leader_name__icontains=word)
            | Q(level__icontains=word)
        )
