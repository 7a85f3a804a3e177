"""Marks made public with the results: anybody recounts them, nobody is named who was not, and versions are chained."""

import json
import runpy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from contests.models import Stage
from core.models import AuditEntry
from judging import ranking, services
from judging.disclosure import content_of
from judging.models import Mark, OpenRecord, Ranking
from judging.replay import differences_of_ranking
from judging.scoring import MarkSet
from tests.factories import NOW
from tests.judging import naive
from tests.judging.heats import locked
from tests.judging.test_recount import chain

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "verify" / "recount.py"
differences = runpy.run_path(str(SCRIPT))["differences"]
WEEK = timedelta(days=7)


@given(naive.mark_sets(coarse=True), naive.rules(chains=True), st.integers(0, 99))
@settings(max_examples=80)
def test_the_same_ranks_under_other_names(marks, rule, mask):
    marks = MarkSet(marks.criteria, tuple(replace(one, number=one.key) for one in marks.entries), marks.jury)
    official = ranking.compute(marks, rule)

    content = content_of({"scoring": rule.to_data()}, marks.to_data(), {"e0"}, str(mask))

    assert differences(chain(content)) == []
    told = sorted((one["total"], one["rank"], one["tied"]) for one in content["result"]["ranking"]["places"])
    assert told == sorted((one["total"], one["rank"], one["tied"]) for one in official["places"])
    names = {one["key"] for one in content["marks"]["entries"]}
    assert (len(names), names & {one.key for one in marks.entries}) == (len(marks.entries), {"e0"})
    letters = {sheet["key"] for one in content["marks"]["entries"] for sheet in one["sheets"]}
    assert all(letter.isupper() and letter.isalpha() for letter in letters)


@pytest.fixture
def made():
    """Three entries, one of which goes on; the stage publishes its marks."""
    made = locked(entries=3, places=1, marks=lambda entry, seat: (50 - 10 * entry - seat, 30))
    Stage.objects.update(marks_public=True)
    made.heat.refresh_from_db()
    return made


def publish(made, at=NOW + timedelta(hours=3)):
    return services.publish_results(made.heat, closes_at=at + WEEK, by=made.by, at=at)


@pytest.mark.django_db
def test_nothing_is_public_before_the_results_are_and_then_it_names_only_the_list(client, made):
    heat, (ranked,) = made.heat, made.rankings
    addresses = [reverse("judging:open_marks", args=[heat.pk]), reverse("judging:open_bundle", args=[ranked.pk])]
    assert [client.get(one).status_code for one in addresses] == [404, 404]
    notice = publish(made)

    page, file = (client.get(one) for one in addresses)

    record, bundle = OpenRecord.objects.get(), json.loads(file.content)
    assert record.digest in page.content.decode()
    assert addresses[0] in client.get(reverse("contests:notice", args=[notice.pk])).content.decode()
    assert differences(bundle) == []
    assert bundle["versions"][0]["digest"] == record.digest
    text = file.content.decode()
    assert ("T-0001" in text, "T-0002" in text, "T-0003" in text) == (True, True, False), "One goes on, one is reserve."
    assert record.mask not in text
    assert AuditEntry.objects.get(verb="ranking.open").after == {"digest": record.digest}
    own = client.get(reverse("judging:result", args=[ranked.places.last().participation_id]))
    assert own.status_code == 302, "Nobody has signed in."


@pytest.mark.django_db
def test_a_team_finds_its_own_entry_on_the_record(signed_in, made):
    publish(made)
    last = made.rankings[0].places.order_by("order").last().participation
    page = signed_in(last.entry.project.owner).get(reverse("judging:result", args=[last.pk])).content.decode()
    (named,) = [one for one in _entries(made.rankings[0]) if one in page]
    assert named != "T-0001"


def _entries(ranked) -> list[str]:
    return [one["key"] for one in ranked.open_record.content["marks"]["entries"]]


@pytest.mark.django_db
def test_a_stage_that_keeps_its_marks_publishes_none(client, made):
    Stage.objects.update(marks_public=False)
    made.heat.stage.refresh_from_db()
    notice = publish(made)
    assert not OpenRecord.objects.exists()
    assert "/marks/" not in client.get(reverse("contests:notice", args=[notice.pk])).content.decode()
    assert client.get(reverse("judging:open_marks", args=[made.heat.pk])).status_code == 404


@pytest.mark.django_db
def test_versions_are_chained_and_a_changed_one_is_found_in_every_later_code(client, made):
    first = made.rankings[0]
    publish(made)
    mark = Mark.objects.filter(sheet__assignment__participation__entry__number="T-0003").first()
    Mark.objects.filter(pk=mark.pk).update(value=55)
    (second,) = services.rerank(made.heat, reason="更正录入", by=made.by, at=NOW + timedelta(hours=5))
    made.heat.refresh_from_db()
    publish(made, at=NOW + timedelta(hours=6))

    inside = json.loads(_bundle(client, made, second))
    outside = json.loads(client.get(reverse("judging:open_bundle", args=[second.pk])).content)

    for bundle in (inside, outside):
        assert [one["version"] for one in bundle["versions"]] == [1, 2]
        assert differences(bundle) == []
        assert bundle["versions"][1]["before"] == bundle["versions"][0]["digest"]
    assert "更正录入" not in str(outside)
    assert client.get(reverse("judging:open_bundle", args=[first.pk])).status_code == 404, "A newer one took its place."

    for bundle in (inside, outside):
        other = json.loads(json.dumps(bundle))
        other["versions"][0]["digest"] = "0" * 64
        assert "version 2: does not name the check code of the version before" in differences(other)
    assert differences_of_ranking(Ranking.objects.get(pk=second.pk)) == []
    Ranking.objects.filter(pk=first.pk).update(digest="0" * 64)
    assert "digest" in differences_of_ranking(Ranking.objects.get(pk=second.pk))


def _bundle(client, made, ranked) -> bytes:
    client.force_login(made.by, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse("judging:ranking_bundle", args=[ranked.pk])).content
