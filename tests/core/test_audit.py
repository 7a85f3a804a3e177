"""The audit trail: sealed in a chain, every change found, shown to administrators alone."""

import re

import pytest
from django.core.management import CommandError, call_command

from core import audit
from core.models import AuditEntry, AuditSeal
from core.verbs import VERBS
from tests.factories import NOW, OrganisationFactory, UserFactory, administrator
from tests.house.tree import source_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    """Five entries, three of them sealed in two seals."""
    body, actor = OrganisationFactory(name="青岛澜泽新材料有限公司"), UserFactory(display_name="王敏")
    for number in range(5):
        audit.record(body, "organisation.known", by=actor, after={"n": number}, at=NOW)
        if number in (1, 2):
            audit.seal()
    return list(AuditEntry.objects.order_by("pk"))


def test_an_honest_trail_fits(trail):
    assert [seal.entries for seal in AuditSeal.objects.order_by("pk")] == [2, 1]
    assert audit.broken() == []


def test_nothing_to_seal_makes_no_seal(trail):
    audit.seal()
    before = AuditSeal.objects.count()

    assert audit.seal() is None
    assert AuditSeal.objects.count() == before


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "别人"},
        {"verb": "organisation.gone"},
        {"object_name": "另一家公司"},
        {"object_id": "999"},
        {"reason": "事后补写"},
        {"after": {"n": 99}},
        {"at": NOW.replace(year=2020)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_is_named(trail, change):
    AuditEntry.objects.filter(pk=trail[0].pk).update(**change)

    assert audit.broken() == [f"entry {trail[0].pk}"]


def test_an_entry_changed_together_with_its_digest_breaks_its_seal(trail):
    forged = trail[0]
    forged.reason = "事后补写"
    AuditEntry.objects.filter(pk=forged.pk).update(reason=forged.reason, digest=audit.digest_of(forged))

    assert audit.broken() == [f"seal {forged.seal_id}"]


def test_a_removed_entry_breaks_its_seal(trail):
    AuditEntry.objects.filter(pk=trail[1].pk).delete()

    assert audit.broken() == [f"seal {trail[1].seal_id}"]


def test_a_seal_made_anew_breaks_the_chain_behind_it(trail):
    first = AuditSeal.objects.order_by("pk").first()
    AuditSeal.objects.filter(pk=first.pk).update(digest="0" * 64)

    assert audit.broken() == [f"seal {pk}" for pk in AuditSeal.objects.order_by("pk").values_list("pk", flat=True)]


def test_commands_seal_and_verify(trail, capsys):
    call_command("seal_audit")
    call_command("verify_audit")

    assert "5 entries and 3 seals fit." in capsys.readouterr().out

    AuditEntry.objects.filter(pk=trail[0].pk).update(reason="x")
    with pytest.raises(CommandError, match="broken in 1 places"):
        call_command("verify_audit")


def test_entries_of_a_bulk_run_go_in_together(django_assert_num_queries):
    body = OrganisationFactory()

    with django_assert_num_queries(3), audit.batched():
        for _ in range(40):
            audit.record(body, "organisation.known", by=None)

    assert AuditEntry.objects.count() == 40
    assert audit.broken() == []


def test_every_verb_that_is_written_plainly_has_its_words():
    written = re.compile(r'\baudit\.record\(\s*[^,]+,\s*"([a-z_.]+)"')
    found = {verb for path in source_files() for verb in written.findall(path.read_text(encoding="utf-8"))}

    assert found - VERBS.keys() == set()


# ---------------------------------------------------------------- page


def test_page_is_for_administrators(signed_in, trail):
    assert signed_in(UserFactory()).get("/audit/").status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 5),
        ("?who=王", 5),
        ("?who=林", 0),
        ("?verb=organisation", 5),
        ("?kind=accounts.organisation", 5),
        ("?kind=accounts.person", 0),
        ("?number=0", 0),
        ("?since=2026-06-18&until=2026-06-18", 5),
        ("?since=2026-06-19", 0),
        ("?until=2026-06-17", 0),
        ("?since=nonsense", 5),
    ],
)
def test_filters_narrow_the_trail(signed_in, trail, query, shown):
    page = signed_in(administrator()).get(f"/audit/{query}")

    assert page.status_code == 200
    assert len(page.context["entries"]) == shown


def test_older_entries_are_reached_by_the_last_number(signed_in, trail, monkeypatch):
    monkeypatch.setattr("core.views.ENTRIES", 2)
    client = signed_in(administrator())

    first = client.get("/audit/")
    second = client.get(f"/audit/?before={first.context['older']}")
    third = client.get(f"/audit/?before={second.context['older']}")

    pages = [[entry.pk for entry in page.context["entries"]] for page in (first, second, third)]
    numbers = [entry.pk for entry in reversed(trail)]
    assert pages == [numbers[:2], numbers[2:4], numbers[4:]]
    assert third.context["older"] is None


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_the_same_for_any_number(signed_in, number, django_assert_num_queries):
    body = OrganisationFactory()
    for _ in range(number):
        audit.record(body, "organisation.known", by=None)
    client = signed_in(administrator())

    with django_assert_num_queries(5):
        client.get("/audit/")
