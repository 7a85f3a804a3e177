"""Samples before the real heats: what the organiser has to give, what a judge sees when, and that nothing counts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse

from contests.models import Stage
from contests.states import SeasonState
from core.problems import Refused
from judging import rules, services
from judging.models import Calibration, Invitation, Sample, SampleSheet, ScoreSheet
from judging.queries.calibration import gaps_of, judge_rows, own_calibrations
from judging.queries.queue import own_heats
from judging.states import ConflictKind, InvitationState
from projects.states import EntryState
from tests import factories
from tests.factories import NOW
from tests.judging.heats import draw, prepared

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def practice(made, samples: int = 3, *, start: bool = True):
    """A calibration of entries of a closed season of the same contest; references 50 and 35."""
    season = factories.SeasonFactory(
        contest=made.season.contest,
        year=made.season.year - 1,
        state=SeasonState.CLOSED,
        ordinal=made.season.ordinal + 9,
    )
    track = factories.TrackFactory(season=season)
    unit = factories.RecommendingUnitFactory(season=season)
    for _place in range(samples):
        entry = factories.EntryFactory(season=season, track=track, unit=unit, state=EntryState.QUALIFIED)
        sample = add(made, entry)
        services.write_references(sample, marks=marks(50, 35), whys={"team": "团队完整"}, by=made.by, at=NOW)
    found = Calibration.objects.get(stage=made.stage)
    return services.open_calibration(found, by=made.by, at=NOW) if start else found


def add(made, entry):
    return services.add_sample(made.stage, entry, by=factories.administrator(), at=NOW)


def marks(first, second):
    return {"innovation": Decimal(first), "team": Decimal(second)}


def hand_in(sheet, *given, by):
    sheet = services.save_sample(sheet, marks=marks(*given), by=by, at=LATER)
    return services.submit_sample(sheet, by=by, at=LATER)


def own(judge):
    return list(SampleSheet.objects.visible_to(judge.person.user).select_related("judge__person", "sample__entry"))


def test_it_opens_only_when_complete_and_says_what_is_missing():
    made = prepared(1, 3)
    found = practice(made, 2, start=False)
    sample = found.samples.first()
    services.write_references(sample, marks=marks(50, 35) | {"team": None}, whys={}, by=made.by)

    with pytest.raises(Refused) as refused:
        services.open_calibration(found, by=made.by)

    assert [one.code for one in refused.value.problems] == ["samples", "reference"]
    assert not own(made.judges[0])


def test_an_entry_of_the_own_season_is_no_sample():
    made = prepared(1, 3)

    with pytest.raises(Refused):
        add(made, made.entries[0])

    assert not Sample.objects.exists()


def test_the_reference_shows_after_the_own_marks_and_never_before(signed_in):
    made = prepared(1, 3)
    practice(made)
    judge = made.judges[0]
    sheet, web = own(judge)[0], signed_in(judge.person.user)
    address = reverse("judging:sample", args=[sheet.pk])

    before = web.get(address)
    assert before.context["compared"] == []
    assert "团队完整" not in before.content.decode()
    web.post(reverse("judging:submit_sample", args=[sheet.pk]), {"mark-innovation": "55", "mark-team": "30"})
    after = web.get(address)

    assert [(one.own, one.reference, one.gap) for one in after.context["compared"]] == [(55, 50, 5), (30, 35, -5)]
    assert "团队完整" in after.content.decode()
    with pytest.raises(Refused):
        services.save_sample(sheet, marks=marks(50, 35), by=judge.person.user)
    other = signed_in(made.judges[1].person.user)
    assert other.get(address).status_code == 404


def test_the_organiser_sees_how_far_judges_lie_from_the_reference():
    made = prepared(1, 3)
    found = practice(made)
    judge = made.judges[0]
    for sheet, given in zip(own(judge), ((55, 30), (50, 35)), strict=False):
        hand_in(sheet, *given, by=judge.person.user)

    row = next(one for one in judge_rows(found) if one.done)
    assert (row.done, row.total, row.mean.signed, row.mean.absolute) == (2, 3, 0, 5)
    assert set(gaps_of(SampleSheet.objects.all())) == {one.pk for one in own(judge)[:2]}


def test_required_it_keeps_the_sheets_closed_until_it_is_finished(signed_in):
    made = prepared(3, 3)
    Stage.objects.update(calibration_required=True)
    draw(made, "judges")
    with pytest.raises(Refused):
        services.open_heat(made.heat, by=made.by, at=NOW)
    practice(made)
    services.open_heat(made.heat, by=made.by, at=NOW)
    judge = made.judges[0]
    user, real = judge.person.user, made.sheets().filter(assignment__judge=judge).first()
    web = signed_in(user)

    def agree():
        listed = ScoreSheet.objects.visible_to(user).filter(pk=real.pk).exists()
        assert rules.judges_sheet(user, ScoreSheet.objects.get(pk=real.pk)) is listed
        return listed

    assert not agree()
    assert not own_heats(user)
    answer = web.get(reverse("judging:sheet", args=[real.pk]))
    assert answer["Location"] == reverse("judging:own_samples", args=[own_calibrations(user)[0].calibration.pk])
    first, second, third = own(judge)
    hand_in(first, 50, 35, by=user)
    services.pass_sample(second, reason="认识该项目", by=user)
    assert not agree()
    hand_in(third, 50, 35, by=user)
    assert agree()


def test_a_judge_with_a_conflict_is_not_given_the_sample_and_who_signs_late_gets_the_rest():
    made = prepared(1, 3)
    found = practice(made, 4, start=False)
    first, second = list(found.samples.all())[:2]
    judge, late = made.judges[0], made.judges[1]
    services.declare_conflict(judge, entry=first.entry, kind=ConflictKind.KIN, source="亲属", by=made.by, at=NOW)
    invitation = made.heat.invitations.get(judge=late)
    Invitation.objects.filter(pk=invitation.pk).update(pledged_at=None, state=InvitationState.ACCEPTED)
    services.open_calibration(found, by=made.by, at=NOW)

    assert [one.sample.number for one in own(judge)] == [2, 3, 4]
    assert not own(late)
    services.pledge(invitation, typed_name=late.person.name, by=late.person.user, at=LATER)
    assert len(own(late)) == 4
    services.declare_conflict(judge, entry=second.entry, kind=ConflictKind.KIN, source="亲属", by=made.by, at=LATER)
    assert [one.sample.number for one in own(judge)] == [3, 4]
    for one in SampleSheet.objects.filter(judge=judge):
        assert rules.marks_sample(judge.person.user, one) is (one.sample.number > 2)


def test_ranking_and_exports_are_the_same_bytes_with_and_without_it():
    def run(calibrate: bool) -> list:
        with transaction.atomic():
            made = base()
            if calibrate:
                practice(made)
                for judge in made.judges:
                    for sheet in own(judge):
                        hand_in(sheet, 10, 5, by=judge.person.user)
            services.open_heat(made.heat, by=made.by, at=NOW)
            made.fill(lambda entry, seat: (40 - entry, 30))
            ranking = made.lock()[0]
            found = {
                "result": ranking.result,
                "rule": ranking.rule,
                "summary": ranking.summary,
                "digest": ranking.digest,
            }
            transaction.set_rollback(True)
        return found

    made = prepared(3, 3)
    draw(made, "judges")

    def base():
        made.heat.refresh_from_db()
        return made

    plain = run(calibrate=False)
    assert run(calibrate=True) == plain


def test_the_teams_of_samples_learn_nothing(signed_in):
    made = prepared(1, 3)
    found = practice(made, start=False)
    entry = found.samples.first().entry
    web, address = signed_in(entry.project.owner), reverse("projects:entry", args=[entry.pk])

    def seen():
        return [line for line in web.get(address).content.decode().splitlines() if "csrf" not in line]

    before = seen()
    services.open_calibration(found, by=made.by, at=NOW)
    judge = made.judges[0]
    hand_in(own(judge)[0], 50, 35, by=judge.person.user)

    assert seen() == before
    assert web.get(reverse("judging:own_samples", args=[found.pk])).status_code == 404
