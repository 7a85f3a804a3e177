"""The pages of similar entries: who sees which pair, what stands side by side, what a decision keeps, the costs."""

import pytest
from django.urls import reverse

from accounts.states import Role
from projects.models import Entry, Likeness, PastEntry
from projects.queries import likeness as queries
from projects.services.comparing import compare
from projects.states import EntryState, LikenessState
from tests import factories
from tests.factories import NOW
from tests.projects.offices import Offices

pytestmark = pytest.mark.django_db
OFFICERS = (
    "clerk", "other_clerk", "city", "other_city", "province", "other_province", "supervisor", "administrator",
)  # fmt: skip
DECIDERS = {"city", "other_city", "province", "other_province", "administrator"}


@pytest.fixture
def offices():
    return Offices()


def paired(newer: Entry, older: Entry, **facts) -> Likeness:
    facts = {"reasons": [{"kind": "name"}], "score": "0.5", "found_at": NOW} | facts
    return Likeness.objects.create(newer=newer, older=older, **facts)


@pytest.fixture
def pairs(offices) -> dict[str, Likeness]:
    """Inside a county, inside a city, across cities, across contests."""
    elsewhere = factories.EntryFactory(state=EntryState.SUBMITTED, unit__region=factories.RegionFactory(code="370300"))
    return {
        "county": paired(offices.entry(), offices.entry()),
        "city": paired(offices.entry(), offices.entry(unit=offices.zone)),
        "cities": paired(offices.entry(), offices.entry(unit=offices.other_county)),
        "contests": paired(offices.entry(), elsewhere),
    }


SEEN = {
    "clerk": {"county"},
    "other_clerk": set(),
    "city": {"county", "city"},
    "other_city": set(),
    "province": {"county", "city", "cities"},
    "other_province": set(),
    "supervisor": {"county", "city", "cities"},
    "administrator": {"county", "city", "cities", "contests"},
}


class TestWhoSeesWhat:
    def test_list_page_and_rule_agree(self, offices, pairs, signed_in):
        for name in OFFICERS:
            user = getattr(offices, name)
            client = signed_in(user)
            rows = client.get(reverse("projects:likenesses")).context["page"].object_list
            opened = {
                key: client.get(reverse("projects:likeness", args=[pair.pk])).status_code
                for key, pair in pairs.items()
            }  # fmt: skip
            wanted = {pairs[key] for key in SEEN[name]}

            assert set(rows) == wanted, name
            assert {key for key, status in opened.items() if status == 200} == SEEN[name], name
            assert set(opened.values()) <= {200, 404}, name
            assert {one for one in pairs.values() if user.has_perm("projects.view_likeness", one)} == wanted, name
            assert set(Likeness.objects.visible_to(user)) == wanted, name

    def test_only_organisers_decide_and_only_on_what_they_see(self, offices, pairs, signed_in):
        for name in OFFICERS:
            client = signed_in(getattr(offices, name))
            for key, pair in pairs.items():
                answer = client.post(
                    reverse("projects:decide_likeness", args=[pair.pk]), {"state": "same", "reason": "核对过"}
                )
                expected = 404 if key not in SEEN[name] else 302 if name in DECIDERS else 403
                assert answer.status_code == expected, (name, key)
                Likeness.objects.update(state=LikenessState.OPEN)

    def test_who_sees_one_entry_of_a_pair_learns_nothing_of_the_other(self, offices, pairs, signed_in):
        entry, other = pairs["cities"].newer, pairs["cities"].older
        client = signed_in(offices.city)
        for page in ("projects:alike", "projects:detail", "projects:screen"):
            shown = client.get(reverse(page, args=[entry.pk])).content.decode()

            assert other.number not in shown
            assert other.title not in shown
            assert "疑似重复的项目待核对" not in shown

    def test_the_contestant_sees_nothing_of_it(self, offices, pairs, signed_in):
        entry = pairs["county"].newer
        client = signed_in(entry.project.owner)
        pages = [reverse("projects:entry", args=[entry.pk]), reverse("projects:entries"), reverse("home")]

        assert all("重复" not in client.get(page).content.decode() for page in pages)
        assert client.get(reverse("projects:likenesses")).status_code == 403
        assert client.get(reverse("projects:likeness", args=[pairs["county"].pk])).status_code == 404
        assert client.get(reverse("projects:alike", args=[entry.pk])).status_code == 403

    def test_an_officer_who_owns_both_entries_sees_no_pair_of_them(self, offices, pairs):
        owner = pairs["contests"].newer.project.owner
        pairs["contests"].older.project.owner = owner
        pairs["contests"].older.project.save()
        factories.grant(owner, Role.PROVINCE, contest=offices.season.contest)

        assert pairs["contests"] not in Likeness.objects.visible_to(owner)


class TestList:
    def listed(self, client, **query) -> set:
        return set(client.get(reverse("projects:likenesses"), query).context["page"].object_list)

    def test_pairs_that_wait_come_first_and_filters_narrow(self, offices, pairs, signed_in):
        client = signed_in(offices.administrator)
        Likeness.objects.filter(pk=pairs["city"].pk).update(state=LikenessState.SAME)
        Entry.objects.filter(pk=pairs["cities"].older_id).update(state=EntryState.WITHDRAWN)

        assert self.listed(client) == {pairs["county"], pairs["contests"]}
        assert self.listed(client, state="same") == {pairs["city"]}
        assert self.listed(client, state="all") == set(pairs.values())
        assert self.listed(client, state="all", scope="across") == {pairs["contests"]}
        season = pairs["contests"].older.season_id
        assert self.listed(client, season=season) == {pairs["contests"]}
        assert self.listed(client, state="nonsense") == self.listed(client, season="999999") == set()

    def test_the_most_alike_first(self, offices, signed_in):
        low, high = (paired(offices.entry(), offices.entry(), score=score) for score in ("0.500", "0.900"))
        page = signed_in(offices.province).get(reverse("projects:likenesses")).context["page"]

        assert list(page) == [high, low]

    def test_every_sign_has_words(self):
        signs = [
            {"kind": "text", "value": 0.83},
            {"kind": "pages", "pages": [[1, 1], [2, 4], [3, 3]], "of": 8},
            {"kind": "member", "people": [1, 2]},
            *({"kind": kind} for kind in ("code", "leader", "project", "name", "company")),
        ]

        assert [queries.words_of(sign) for sign in signs][:3] == [
            "文字相似83%", "路演文稿3页相同或相近", "2人同在两个团队",
        ]  # fmt: skip
        assert len({queries.words_of(sign) for sign in signs}) == len(signs)


class TestSideBySide:
    def test_differences_are_marked_and_what_is_equal_is_not(self, offices, signed_in):
        text = "项目以海藻为原料生产可降解地膜，已在三个县试用，用户反映良好，准备扩大生产。"
        pair = paired(
            offices.entry(snapshot={"project": {"name": "甲", "summary": text}}),
            offices.entry(snapshot={"project": {"name": "乙", "summary": text.replace("三个县", "五个市")}}),
        )
        answer = signed_in(offices.province).get(reverse("projects:likeness", args=[pair.pk]))
        ((_title, lines),) = answer.context["page"].sections

        assert [(line.same, [alone for _text, alone in line.newer]) for line in lines] == [
            (False, [False]), (False, [False, True, False]),
        ]  # fmt: skip
        assert "<mark>三个县</mark>" in answer.content.decode()
        assert "<mark>五个市</mark>" in answer.content.decode()

    def test_texts_with_nothing_in_common_stay_unmarked(self):
        assert queries._differences("海藻地膜" * 20, "智慧医疗" * 20) == (
            [("海藻地膜" * 20, False)], [("智慧医疗" * 20, False)],
        )  # fmt: skip

    def test_matching_pages_stand_beside_each_other_and_first(self):
        leaves = queries._leaves([(2, 3), (9, 1)], newer=3, older=4)

        assert [(leaf.newer, leaf.older, leaf.alike) for leaf in leaves] == [
            (2, 3, True), (1, 1, False), (3, 2, False), (None, 4, False),
        ]  # fmt: skip

    def test_markup_in_a_form_stays_text(self, offices, signed_in):
        evil = "<script>alert(1)</script>"
        pair = paired(offices.entry(snapshot={"project": {"summary": evil}}, title=evil), offices.entry())
        shown = signed_in(offices.province).get(reverse("projects:likeness", args=[pair.pk])).content.decode()

        assert evil not in shown


class TestDecide:
    def test_what_was_typed_stays_and_the_reason_is_shown_at_the_field(self, offices, signed_in):
        pair = paired(offices.entry(), offices.entry())
        client = signed_in(offices.province)
        answer = client.post(
            reverse("projects:decide_likeness", args=[pair.pk]), {"state": "nonsense", "reason": "核对过"}
        )
        assert answer.status_code == 422
        assert "核对过</textarea>" in answer.content.decode()

        answer = client.post(reverse("projects:decide_likeness", args=[pair.pk]), {"state": "same", "reason": " "})
        assert (answer.status_code, answer.context["refusal"].field) == (422, "reason")
        assert 'aria-describedby="k-reason-error"' in answer.content.decode()

    def test_the_same_project_offers_the_next_step_and_does_nothing(self, offices, signed_in):
        pair = paired(offices.entry(), offices.entry())
        client = signed_in(offices.province)
        address = reverse("projects:decide_likeness", args=[pair.pk])
        answer = client.post(address, {"state": "same", "reason": "同一团队"}, follow=True)

        assert reverse("projects:screen", args=[pair.newer_id]) in answer.content.decode()
        assert Entry.objects.get(pk=pair.newer_id).state == EntryState.SUBMITTED
        assert Likeness.objects.get().reason == "同一团队"


class TestHints:
    def test_desk_detail_and_home_tell_whoever_may_look(self, offices, pairs, signed_in):
        entry = pairs["county"].newer
        client = signed_in(offices.city)
        for page in ("projects:screen", "projects:detail"):
            assert "有1个疑似重复的项目待核对" in client.get(reverse(page, args=[entry.pk])).content.decode()
        (task,) = queries.tasks_for(offices.city, NOW)
        assert task.title == "核对2对疑似重复的项目"
        assert queries.tasks_for(offices.clerk, NOW) == []

        Likeness.objects.update(state=LikenessState.DIFFERENT)
        assert queries.tasks_for(offices.city, NOW) == []
        assert "疑似重复的项目待核对" not in client.get(reverse("projects:detail", args=[entry.pk])).content.decode()

    def test_one_entry_with_its_project_elsewhere_and_earlier_years(self, offices, signed_in):
        entry = offices.entry(title="海藻地膜项目")
        again = factories.EntryFactory(
            project=entry.project, state=EntryState.SUBMITTED, unit__region=factories.qingdao()
        )  # fmt: skip
        compare(entry)
        compare(again)
        assert not Likeness.objects.exists()
        facts = {"contest": offices.season.contest, "by": offices.administrator, "at": NOW}
        wanted = {
            PastEntry.objects.create(year=2019, title="海藻地膜", row_key="1", **facts),
            PastEntry.objects.create(year=2020, title="别的", row_key="2", leader=entry.leader, **facts),
        }
        PastEntry.objects.create(year=2020, title="海藻食品", row_key="3", **facts)
        page = signed_in(offices.administrator).get(reverse("projects:alike", args=[entry.pk])).context["page"]

        assert page.elsewhere == [again]
        assert {row for row, _why in page.earlier} == wanted
        page = signed_in(offices.city).get(reverse("projects:alike", args=[entry.pk])).context["page"]
        assert (page.elsewhere, page.earlier) == ([], [])


@pytest.mark.parametrize("rows", [1, 3])
class TestCosts:
    @pytest.mark.parametrize(("who", "cost"), [("province", 7), ("city", 7)])
    def test_the_list(self, offices, signed_in, django_assert_num_queries, rows, who, cost):
        for _ in range(rows):
            paired(offices.entry(), offices.entry(), by=offices.province, at=NOW)
        client = signed_in(getattr(offices, who))

        with django_assert_num_queries(cost):
            assert len(client.get(reverse("projects:likenesses")).context["rows"]) == rows

    def test_one_entry(self, offices, signed_in, django_assert_num_queries, rows):
        entry = offices.entry()
        for number in range(rows):
            paired(entry, offices.entry())
            factories.EntryFactory(project=entry.project, state=EntryState.SUBMITTED)
            facts = {"contest": offices.season.contest, "by": offices.city, "at": NOW}
            PastEntry.objects.create(year=2019, title=entry.title, row_key=str(number), **facts)
        client = signed_in(offices.administrator)

        with django_assert_num_queries(9):
            page = client.get(reverse("projects:alike", args=[entry.pk])).context["page"]
        assert (len(page.pairs), len(page.elsewhere), len(page.earlier)) == (rows, rows, rows)

    def test_a_pair(self, offices, signed_in, django_assert_num_queries, rows):
        people = [
            {"kind": "member", "person": n, "name": "成员", "id_kind": "resident", "id_number": "3****1"}
            for n in range(rows)
        ]
        pair = paired(offices.entry(snapshot={"team": people}), offices.entry(snapshot={"team": people}))
        client = signed_in(offices.province)

        with django_assert_num_queries(6):
            assert client.get(reverse("projects:likeness", args=[pair.pk])).status_code == 200
