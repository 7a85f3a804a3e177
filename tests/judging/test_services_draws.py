"""Preparing a heat, asking judges, and the draw: what goes on record, and what is refused."""

import pytest
from django.utils.translation import override

from contests.models import Heat
from contests.states import HeatState
from core.models import AuditEntry
from core.problems import Refused
from judging import replay, services
from judging.masking import Names
from judging.models import Assignment, Draw, Invitation, ScoreSheet
from judging.states import ConflictKind, InvitationState
from messaging.models import Message
from projects.models import Participation
from projects.states import EntryState, Outcome
from tests import factories
from tests.factories import NOW
from tests.judging.heats import draw, entries_of, opened, prepared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Refusals are matched in the language of the source."""
    with override("en"):
        yield


# ---------------------------------------------------------------- preparing


def test_the_first_stage_takes_every_qualified_entry_and_no_other():
    stage = factories.StageFactory()
    taken = entries_of(stage, 2)
    factories.EntryFactory(season=stage.season, state=EntryState.SUBMITTED)
    factories.EntryFactory(season=stage.season, state=EntryState.WITHDRAWN)
    factories.EntryFactory(state=EntryState.QUALIFIED)

    heat = services.prepare_heat(stage, by=factories.province(stage.season), at=NOW)

    assert set(heat.participations.values_list("entry_id", flat=True)) == {one.pk for one in taken}
    assert AuditEntry.objects.filter(verb="heat.prepare", object_id=str(heat.pk)).count() == 1


def test_a_stage_is_prepared_once():
    made = prepared()

    with pytest.raises(Refused, match="already"):
        services.prepare_heat(made.stage, by=made.by, at=NOW)


def test_a_stage_without_a_qualified_entry_leaves_nothing_behind():
    stage = factories.StageFactory()

    with pytest.raises(Refused, match="qualified"):
        services.prepare_heat(stage, by=factories.province(stage.season), at=NOW)

    assert not Heat.objects.exists()


def test_zones_run_their_own_heats_with_their_own_entries():
    stage = factories.StageFactory(by_zone=True)
    first, second = (
        entries_of(stage, 1),
        factories.EntryFactory(
            season=stage.season, state=EntryState.QUALIFIED, track=factories.TrackFactory(season=stage.season)
        ),
    )
    by = factories.province(stage.season)

    with pytest.raises(Refused, match="zone"):
        services.prepare_heat(stage, by=by, at=NOW)
    heats = services.prepare_zones(stage, by=by, at=NOW)

    assert {heat.zone: set(heat.participations.values_list("entry", flat=True)) for heat in heats} == {
        first[0].zone: {first[0].pk}, second.zone: {second.pk},
    }  # fmt: skip


def test_the_next_stage_waits_for_the_lock_and_takes_those_promoted():
    made = opened(entries=3, places=2)
    final = factories.StageFactory(season=made.season, rubric=made.stage.rubric, scoring_rule=made.stage.scoring_rule)
    with pytest.raises(Refused, match="comes first"):
        services.prepare_heat(final, by=made.by, at=NOW)
    made.fill(lambda entry, seat: (40 - entry, 30))
    made.lock()
    made.entries[1].state = EntryState.WITHDRAWN
    made.entries[1].save()

    heat = services.prepare_heat(final, by=made.by, at=NOW)

    assert list(heat.participations.values_list("entry", flat=True)) == [made.entries[0].pk]


def test_entries_qualified_later_are_taken_in_before_the_draw_and_not_after():
    made = prepared(entries=2)
    later = factories.EntryFactory(
        season=made.season, state=EntryState.QUALIFIED, track=made.entries[0].track, unit=made.entries[0].unit
    )
    made.entries[0].state = EntryState.DISQUALIFIED
    made.entries[0].save()

    assert services.refresh_entries(made.heat, by=made.by, at=NOW) == 1
    assert set(made.heat.participations.values_list("entry", "outcome")) == {
        (made.entries[0].pk, Outcome.WITHDRAWN), (made.entries[1].pk, Outcome.PENDING), (later.pk, Outcome.PENDING),
    }  # fmt: skip

    draw(made, "judges")
    with pytest.raises(Refused, match="drawn already"):
        services.refresh_entries(made.heat, by=made.by, at=NOW)


# ---------------------------------------------------------------- judges


def test_invitations_get_seats_in_turn_and_a_message():
    made = prepared(judges=2)
    fresh = [factories.JudgeFactory() for _ in range(2)]

    sent = services.invite_many(made.heat, judges=[made.judges[0], *fresh], by=made.by, at=NOW, capacity=5)

    assert [(one.judge, one.seat, one.capacity) for one in sent] == [(fresh[0], 3, 5), (fresh[1], 4, 5)]
    assert set(Message.objects.values_list("to", flat=True)) == {one.person.user.pk for one in fresh}
    with pytest.raises(Refused, match="invited"):
        services.invite(made.heat, fresh[0], by=made.by, at=NOW)


def test_a_judge_who_is_not_available_is_not_asked():
    made = prepared()

    with pytest.raises(Refused, match="not available"):
        services.invite(made.heat, factories.JudgeFactory(active=False), by=made.by, at=NOW)


def test_the_pledge_is_signed_with_the_own_name_after_accepting():
    made = prepared(judges=0)
    judge = factories.JudgeFactory()
    user = judge.person.user
    asked = services.invite(made.heat, judge, by=made.by, at=NOW)
    with pytest.raises(Refused, match="Accept"):
        services.pledge(asked, typed_name=judge.person.name, by=user, at=NOW)
    services.answer(asked, accepted=True, by=user, at=NOW)
    with pytest.raises(Refused) as refused:
        services.pledge(asked, typed_name="别人", by=user, at=NOW)
    assert refused.value.field == "typed_name"

    signed = services.pledge(asked, typed_name=f" {judge.person.name} ", by=user, at=NOW)

    assert (signed.pledged_at, signed.pledged_name) == (NOW, judge.person.name)
    declined = services.answer(asked, accepted=False, reason="出差", by=user, at=NOW)
    assert (declined.state, declined.pledged_at) == (InvitationState.DECLINED, None)


def test_an_answer_does_not_change_once_entries_are_assigned():
    made = opened()

    with pytest.raises(Refused, match="assigned"):
        services.answer(made.heat.invitations.first(), accepted=False, by=made.judges[0].person.user, at=NOW)


# ---------------------------------------------------------------- the draw


def test_every_entry_gets_its_judges_with_their_sheets_and_the_record_repeats():
    made = prepared(entries=4, judges=5, per_entry=3)

    drawn = draw(made, "judges")

    assert {one.assignments.count() for one in made.heat.participations.all()} == {3}
    assert ScoreSheet.objects.count() == Assignment.objects.filter(draw=drawn).count() == 12
    assert replay.differences_of_draw(Draw.objects.get(pk=drawn.pk)) == []
    assert drawn.commitment == drawn.record["judges"]["commitment"]
    assert [one.verb for one in AuditEntry.objects.filter(object_type="judging.draw").order_by("pk")] == [
        "draw.commit", "draw.draw",
    ]  # fmt: skip


def test_only_judges_who_accepted_and_signed_are_drawn():
    made = prepared(entries=2, judges=5, per_entry=3)
    unsigned, declined = made.heat.invitations.all()[:2]
    Invitation.objects.filter(pk=unsigned.pk).update(pledged_at=None)
    Invitation.objects.filter(pk=declined.pk).update(state=InvitationState.DECLINED)

    draw(made, "judges")

    assert set(Assignment.objects.values_list("judge", flat=True)) == {one.pk for one in made.judges[2:]}


def test_too_few_signed_judges_stop_the_draw_before_its_check_code():
    made = prepared(judges=2, per_entry=3)

    with pytest.raises(Refused, match="2 judges accepted"):
        services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)

    assert not Draw.objects.exists()


def test_a_draw_is_made_once():
    made = prepared()
    drawn = draw(made, "judges")

    with pytest.raises(Refused, match="has been made"):
        services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)
    with pytest.raises(Refused, match="has been made"):
        services.draw_judges(drawn, witness="1", witness_name="x", by=made.by, at=NOW)


@pytest.mark.parametrize(("witness", "name", "field"), [(" ", "王", "witness"), ("1", "", "witness_name")])
def test_the_witness_is_named(witness, name, field):
    made = prepared()
    committed = services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)

    with pytest.raises(Refused) as refused:
        services.draw_judges(committed, witness=witness, witness_name=name, by=made.by, at=NOW)

    assert refused.value.field == field
    assert not Assignment.objects.exists()


def test_conflicts_of_every_kind_are_kept():
    made = prepared(entries=3, judges=6, per_entry=3)
    same_city, of_team, declared = made.judges[:3]
    same_city.region = made.entries[0].region
    same_city.save()
    of_team.person.memberships.create(project=made.entries[1].project, kind="adviser")
    services.declare_conflict(declared, entry=made.entries[2], kind=ConflictKind.KIN, source="亲属", by=made.by, at=NOW)

    draw(made, "judges")

    panels = {
        entry: set(Assignment.objects.filter(participation__entry=entry).values_list("judge", flat=True))
        for entry in made.entries
    }
    assert all(same_city.pk not in panel for panel in panels.values())
    assert of_team.pk not in panels[made.entries[1]]
    assert declared.pk not in panels[made.entries[2]]


def test_an_impossible_draw_names_the_entries_and_draws_nothing():
    made = prepared(entries=2, judges=3, per_entry=3)
    for judge in made.judges[:2]:
        services.declare_conflict(judge, entry=made.entries[1], kind=ConflictKind.KIN, source="亲属", by=made.by)
    committed = services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)

    with pytest.raises(Refused, match=rf"{made.entries[1].number} can't get enough") as refused:
        services.draw_judges(committed, witness="1", witness_name="王公证", by=made.by, at=NOW)

    assert made.entries[0].number not in str(refused.value)
    assert not Assignment.objects.exists()
    assert Draw.objects.get().drawn_at is None


def test_full_judges_are_named_as_the_reason():
    made = prepared(entries=4, judges=3, per_entry=3)
    Invitation.objects.update(capacity=2)
    committed = services.commit_draw(made.heat, purpose="judges", by=made.by, at=NOW)

    with pytest.raises(Refused, match="take 6 at most"):
        services.draw_judges(committed, witness="1", witness_name="王公证", by=made.by, at=NOW)


def test_a_live_heat_has_one_panel_and_a_stand_in_for_a_conflict():
    made = prepared(entries=4, judges=5, per_entry=3, kind="live")
    for judge in made.judges[:4]:
        services.declare_conflict(judge, entry=made.entries[0], kind=ConflictKind.KIN, source="亲属", by=made.by)

    with pytest.raises(Refused, match="Too few judges"):
        draw(made, "judges")
    made.judges[1].conflicts.all().delete()
    made.judges[2].conflicts.all().delete()
    committed = Draw.objects.get()
    drawn = services.draw_judges(committed, witness="7", witness_name="王公证", by=made.by, at=NOW)

    panel = set(drawn.record["panel"]["output"][:3])
    name = Names(drawn.mask).entry
    panels = drawn.record["judges"]["output"]["panels"]
    assert all(set(panels[name(entry.number)]) == panel for entry in made.entries[1:])
    assert len(panels[name(made.entries[0].number)]) == 3
    assert replay.differences_of_draw(drawn) == []


def test_the_presenting_order_runs_through_and_repeats():
    made = prepared(entries=5, kind="live")
    draw(made, "judges")
    with pytest.raises(Refused, match="presenting order"):
        services.open_heat(made.heat, by=made.by, at=NOW)

    drawn = draw(made, "order")

    assert sorted(made.heat.participations.values_list("order", flat=True)) == [1, 2, 3, 4, 5]
    assert replay.differences_of_draw(drawn) == []
    assert services.open_heat(made.heat, by=made.by, at=NOW).state == HeatState.OPEN


def test_a_changed_record_and_a_changed_assignment_are_named():
    made = prepared(entries=2, judges=4, per_entry=3)
    drawn = draw(made, "judges")
    spare = next(
        judge for judge in made.judges if not Assignment.objects.filter(
            judge=judge, participation__entry=made.entries[0]
        ).exists()
    )  # fmt: skip
    changed = Assignment.objects.filter(participation__entry=made.entries[0]).first()
    changed.judge = spare
    changed.save()

    assert replay.differences_of_draw(drawn) == [f"assignments: {made.entries[0].number}"]

    drawn.witness = "another"
    assert "judges: witness" in replay.differences_of_draw(drawn)


def test_a_heat_without_judges_does_not_open():
    made = prepared(entries=2)

    with pytest.raises(Refused, match="2 entries"):
        services.open_heat(made.heat, by=made.by, at=NOW)

    assert Participation.objects.filter(heat=made.heat, heat__state=HeatState.PREPARING).count() == 2
