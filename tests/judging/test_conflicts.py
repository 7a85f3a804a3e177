"""Conflicts from data: each numbered rule, and the index against comparing everything with everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.conflicts import Declared, EntryFacts, Found, JudgeFacts, excluded, found
from judging.states import ConflictKind as Kind
from projects.names import plain_company


def reasons(judge, entry, declared=(), *, avoid_city=True):
    return [(one.kind, one.hard) for one in found([judge], [entry], declared, avoid_city=avoid_city)]


@pytest.mark.parametrize(
    ("judge", "entry", "expected"),
    [
        ({}, {}, []),
        ({}, {"people": frozenset({7})}, [(Kind.TEAM, True)]),
        ({"employer": 5}, {"bodies": frozenset({5})}, [(Kind.EMPLOYER, True)]),
        ({"employer_name": "山东（示例）公司"}, {"names": frozenset({"山东(示例) 公司"})}, [(Kind.EMPLOYER, True)]),
        (
            {"employer_name": "示例（青岛）有限责任公司"},
            {"holder_names": frozenset({"示例(青岛) 有限公司"})},
            [(Kind.HOLDING, True)],
        ),
        ({"employer_name": "示例股份有限公司"}, {"holder_names": frozenset({"示例有限公司"})}, []),
        ({"employer_name": "示例大学"}, {"schools": frozenset({"示例大学"})}, [(Kind.SCHOOL, True)]),
        ({"school": "示例大学"}, {"schools": frozenset({"示例大学"})}, [(Kind.SCHOOL, False)]),
        ({"city": "3701"}, {"city": "3701"}, [(Kind.CITY, True)]),
        ({"city": "3701"}, {"city": "3702"}, []),
    ],
)
def test_each_rule_by_its_fact(judge, entry, expected):
    assert reasons(JudgeFacts(1, 7, **judge), EntryFacts(9, **entry)) == expected


def test_nothing_known_is_nothing_in_common():
    blank = JudgeFacts(1, 7, employer_name="", school="", city="")

    assert reasons(blank, EntryFacts(9, names=frozenset({""}), schools=frozenset({" "}))) == []


def test_the_city_counts_only_where_the_stage_says_so():
    assert reasons(JudgeFacts(1, 7, city="3701"), EntryFacts(9, city="3701"), avoid_city=False) == []


def test_a_declared_conflict_names_an_entry_or_everything_of_an_organisation():
    entries = [EntryFacts(1, bodies=frozenset({50})), EntryFacts(2), EntryFacts(3, bodies=frozenset({50}))]
    declared = [
        Declared(8, Kind.HOLDING, True, "shares", organisation=50),
        Declared(8, Kind.KIN, False, "cousin", entry=2),
        Declared(99, Kind.KIN, True, "somebody else's", entry=2),
        Declared(8, Kind.KIN, True, "another heat", entry=77),
    ]
    made = found([JudgeFacts(8, 7)], entries, declared, avoid_city=True)

    assert [(one.entry, one.kind, one.fact) for one in made] == [
        (1, Kind.HOLDING, "shares"), (2, Kind.KIN, "cousin"), (3, Kind.HOLDING, "shares")
    ]  # fmt: skip
    assert excluded(made) == {1: {8}, 3: {8}}


def test_of_two_reasons_of_one_kind_the_hard_one_stays():
    judge, entry = JudgeFacts(1, 7, school="示例大学"), EntryFacts(9, schools=frozenset({"示例大学"}))
    declared = [Declared(1, Kind.SCHOOL, True, "teaches there", entry=9)]

    assert reasons(judge, entry, declared) == [(Kind.SCHOOL, True)]


words = st.sampled_from(["", "甲", "乙大学", " 乙 大学", "（丙）", "(丙)"])
ids = st.integers(1, 4)
some = st.frozensets(ids, max_size=2)
judges = st.builds(
    JudgeFacts, ids, ids, st.none() | ids, words, st.sampled_from(["", "3701", "3702"]), st.just("济南"), words
)
entries = st.builds(
    EntryFacts,
    ids, st.sampled_from(["", "3701", "3702"]), some, some, st.frozensets(words, max_size=2),
    st.frozensets(words, max_size=2),
)  # fmt: skip


def by_comparing(judge: JudgeFacts, entry: EntryFacts, avoid_city: bool) -> dict[str, bool]:
    schools = {plain_company(one) for one in entry.schools} - {""}
    kinds = {
        Kind.TEAM: judge.person in entry.people,
        Kind.EMPLOYER: judge.employer in entry.bodies
        or plain_company(judge.employer_name) in {plain_company(one) for one in entry.names} - {""},
        Kind.CITY: avoid_city and judge.city != "" and judge.city == entry.city,
    }
    made = {kind: True for kind, holds in kinds.items() if holds}
    if plain_company(judge.employer_name) in schools:
        made[Kind.SCHOOL] = True
    elif plain_company(judge.school) in schools:
        made[Kind.SCHOOL] = False
    return made


@given(
    st.lists(judges, unique_by=lambda one: one.pk),
    st.lists(entries, unique_by=lambda one: one.pk),
    st.booleans(),
)
def test_the_index_finds_what_comparing_all_pairs_finds(judges, entries, avoid_city):
    made = {(one.judge, one.entry, one.kind): one.hard for one in found(judges, entries, avoid_city=avoid_city)}

    assert made == {
        (judge.pk, entry.pk, kind): hard
        for judge in judges
        for entry in entries
        for kind, hard in by_comparing(judge, entry, avoid_city).items()
    }


def test_the_answer_does_not_depend_on_the_order_of_the_input():
    judges = [JudgeFacts(pk, pk, city="3701") for pk in (3, 1, 2)]
    entries = [EntryFacts(pk, city="3701") for pk in (6, 5)]

    assert found(judges, entries, avoid_city=True) == found(judges[::-1], entries[::-1], avoid_city=True)
    assert found(judges, entries, avoid_city=True)[0] == Found(1, 5, Kind.CITY, True)
