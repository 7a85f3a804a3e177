"""The filled house: the same every time, each season where its file says, and everything true that must always be."""

import re
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, F, Q

from accounts.models import User
from certificates.models import Award, Certificate
from certificates.states import CertificateState
from contests.models import Contest, Heat, Season
from contests.states import HeatState, SeasonState, StageKind
from core import audit
from core.models import AuditEntry
from core.secret import rehearsal, secret_hex
from judging import replay
from judging.conflicts import excluded
from judging.models import Assignment, Draw, Mark, Ranking, ScoreSheet
from judging.queries.facts import reasons
from judging.queries.results import current_places
from judging.states import SheetState
from projects.models import Entry, Participation
from projects.states import LIVE, EntryState, Outcome
from seeds import seasonfile
from seeds.demo.fill import fill
from seeds.story.chance import Chance

NOW = datetime(2026, 9, 20, 4, 0, tzinfo=UTC)
PROJECTS = 40
POSITIONS = {
    (data["contest"]["slug"], season["year"]): season["story"]["position"]
    for data in seasonfile.contest_files()
    for season in data["seasons"]
}


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    """The house filled once for this file and emptied after it; it stands in for the fixture that rolls back."""
    with django_db_blocker.unblock():
        try:
            fill(PROJECTS, judges=40, say=lambda *_: None, now=NOW)
            yield
        finally:
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(autouse=True)
def _filled(db):
    """Every test of this file reads the filled house and writes nothing."""


def season_at(position: str) -> Season:
    (key,) = [key for key, stands in POSITIONS.items() if stands == position]
    return Season.objects.get(contest__slug=key[0], year=key[1])


def heats_of(season: Season) -> list[Heat]:
    return list(Heat.objects.filter(stage__season=season).select_related("stage").order_by("stage__order", "pk"))


# ---------------------------------------------------------------- what stands where


def test_the_number_asked_for_entered_and_every_role_has_somebody():
    roles = {"administrator", "province", "city", "unit", "supervisor", "contestant", "judge", "investor"}

    assert Entry.objects.count() == PROJECTS
    assert Contest.objects.count() == 5
    assert set(User.objects.exclude(demo_role="").values_list("demo_role", flat=True)) == roles
    assert {(season.contest.slug, season.year) for season in Season.objects.select_related("contest")} == set(POSITIONS)


def test_entry_is_open_and_drafts_are_being_written():
    season = season_at("entry")

    assert season.is_open(NOW)
    assert not heats_of(season)
    assert season.entries.filter(state=EntryState.DRAFT).exists()


def test_screening_is_under_way_and_nothing_is_judged():
    season = season_at("screening")

    assert season.state == SeasonState.RUNNING
    assert not heats_of(season)
    assert season.entries.filter(state=EntryState.SUBMITTED).exists()


@pytest.mark.parametrize("position", ["online", "live"])
def test_a_stage_is_being_judged_right_now(position):
    season = season_at(position)
    *before, now = [heats_of_stage for heats_of_stage in by_stage(season).values() if heats_of_stage]

    assert all(heat.state == HeatState.PUBLISHED for heats in before for heat in heats)
    assert {heat.state for heat in now} == {HeatState.OPEN}
    assert (now[0].stage.kind == StageKind.LIVE) == (position == "live")
    states = set(ScoreSheet.objects.filter(assignment__participation__heat__in=now).values_list("state", flat=True))
    assert SheetState.DRAFT in states


def test_the_results_of_the_final_are_on_public_notice():
    season = season_at("notice")
    final = heats_of(season)[-1]

    assert final.state == HeatState.PUBLISHED
    assert final.notice.published_at < NOW < final.notice.closes_at
    assert not Award.objects.filter(entry__season=season).exists()


def test_a_finished_season_has_its_certificates_and_deals():
    season = season_at("finished")
    awards = Award.objects.filter(entry__season=season)

    assert season.state == SeasonState.CLOSED
    assert awards.exists()
    assert Certificate.objects.filter(award__in=awards, state=CertificateState.VALID).count() == awards.count()


def by_stage(season: Season) -> dict[int, list[Heat]]:
    found = defaultdict(list)
    for heat in heats_of(season):
        found[heat.stage.order].append(heat)
    return dict(sorted(found.items()))


# ---------------------------------------------------------------- what must always be true


def test_one_live_entry_per_project_and_season():
    live = Entry.objects.filter(state__in=LIVE).order_by()

    for keys in (("project", "season"), ("leader", "season")):
        assert not live.exclude(leader=None).values(*keys).annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_what_was_submitted_is_frozen_and_breaks_no_rule():
    sent = Entry.objects.filter(submitted_at__isnull=False)

    assert sent.count() > PROJECTS / 2
    for entry in sent.prefetch_related("waivers", "documents").select_related("season"):
        needed = entry.season.documentrequirements.filter(Q(track=None) | Q(track=entry.track), required=True)
        assert set(needed.values_list("pk", flat=True)) <= {one.requirement_id for one in entry.documents.all()}
        assert entry.number
        assert entry.snapshot["team"]
        broken = [one for one in entry.snapshot["eligibility"] if one["verdict"] == "broken"]
        assert not broken or entry.waivers.exists()


def test_marks_fit_their_criterion():
    marks = Mark.objects.filter(value__isnull=False)
    heat = F("sheet__assignment__participation__heat__rubric")

    assert marks.exists()
    assert not marks.exclude(criterion__rubric=heat).exists()
    assert not marks.filter(Q(value__lt=0) | Q(value__gt=F("criterion__maximum"))).exists()
    steps = marks.values_list("value", "criterion__step").distinct()
    assert [row for row in steps if row[0] % row[1]] == []


def test_nobody_judges_across_a_conflict_or_twice():
    for heat in Heat.objects.filter(participations__assignments__isnull=False).distinct():
        rows = Assignment.objects.filter(participation__heat=heat)
        pairs = list(rows.values_list("participation__entry", "judge"))
        assert len(set(pairs)) == len(pairs)
        barred = excluded(reasons(heat, {judge for _entry, judge in pairs}))
        assert [pair for pair in pairs if pair[1] in barred.get(pair[0], ())] == []


def test_locked_heats_hold_no_draft_and_their_rankings_come_out_again():
    done = Heat.objects.filter(state__in=[HeatState.LOCKED, HeatState.PUBLISHED])
    sheets = ScoreSheet.objects.filter(assignment__participation__heat__in=done, state=SheetState.DRAFT)

    assert done.exists()
    assert not sheets.exclude(assignment__participation__outcome=Outcome.WITHDRAWN).exists()
    assert [replay.differences_of_ranking(one) for one in Ranking.objects.all()] == [[]] * Ranking.objects.count()
    assert [replay.differences_of_draw(one) for one in Draw.objects.all()] == [[]] * Draw.objects.count()


def test_who_was_promoted_is_in_the_next_stage_and_nobody_else():
    for season in Season.objects.all():
        stages = list(by_stage(season).values())
        for before, after in pairwise(stages):
            promoted = Participation.objects.filter(heat__in=before, outcome=Outcome.PROMOTED)
            promoted = promoted.exclude(entry__state=EntryState.WITHDRAWN).values_list("entry", flat=True)
            went_on = Participation.objects.filter(heat__in=after).values_list("entry", flat=True)
            assert set(promoted) == set(went_on), season


def test_a_valid_certificate_stands_on_the_current_published_ranking():
    numbers = list(Certificate.objects.values_list("number", flat=True))

    assert len(set(numbers)) == len(numbers)
    valid = Award.objects.filter(certificates__state=CertificateState.VALID)
    for award in valid.select_related("place__ranking__heat"):
        heat = award.place.ranking.heat
        assert heat.state == HeatState.PUBLISHED
        assert current_places(heat).filter(pk=award.place_id).exists()


def test_the_trail_is_whole():
    assert AuditEntry.objects.exists()
    assert not AuditEntry.objects.filter(seal=None).exists()
    assert list(audit.broken()) == []


# ---------------------------------------------------------------- the same every time


def test_chance_follows_from_its_path_alone():
    def drawn(*path):
        chance = Chance(*path)
        return [chance.below(1000) for _ in range(20)]

    assert drawn("fate", "veteran-2026", 7) == drawn("fate", "veteran-2026", 7)
    assert drawn("fate", "veteran-2026", 7) != drawn("fate", "veteran-2026", 8)


def test_the_secrets_of_the_draws_follow_from_the_number_asked_for():
    with rehearsal(f"demo:{PROJECTS}"):
        told = [secret_hex() for _ in range(500)]

    assert Draw.objects.exists()
    assert set(Draw.objects.values_list("mask", flat=True)) <= set(told)
    assert {one[:20] for one in told} >= set(Certificate.objects.values_list("token", flat=True))


def test_only_the_secret_place_draws_on_the_system():
    """A call of `secrets` or `random` elsewhere would make two demos differ."""
    apps = ("accounts", "certificates", "contests", "judging", "matching", "messaging", "projects", "seeds")
    wild = re.compile(r"^\s*(?:import|from) (?:secrets|random|uuid)\b", re.MULTILINE)
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in apps
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py")
        if wild.search(path.read_text(encoding="utf-8"))
    }

    assert found == {"seeds/story/chance.py"}  # It uses the one seeded sequence that Python promises to keep.
