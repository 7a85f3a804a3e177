"""The stories: valid numbers, no doubles, the same every time, and people who may enter what they enter."""

import hashlib
import pickle
from collections import Counter
from datetime import date

import pytest
from stdnum.cn import ric, uscc

from accounts.states import IdKind, OrganisationKind, PersonStatus
from core.identity import birth_date_of, is_credit_code, is_resident_id, normal_phone, sex_of
from judging.states import JudgeKind
from projects.states import CompanyKind, FinancingRound, Industry, MemberKind, ProjectStage
from seeds import seasonfile
from seeds.story import identity
from seeds.story.chance import Chance, Scatter
from seeds.story.institutions import institutions
from seeds.story.judges import judges
from seeds.story.people import TODAY
from seeds.story.places import regions
from seeds.story.projects import LIMIT, project
from seeds.story.titles import industry_for
from seeds.story.vocabulary import cohorts, fitting, industries

COUNT = 600


@pytest.fixture(scope="module")
def told():
    return [project(index) for index in range(COUNT)]


@pytest.fixture(scope="module")
def people(told):
    return [member.person for one in told for member in one.members] + [judge.person for judge in judges(300)]


def test_chance_is_the_same_everywhere():
    chance = Chance("seed", "project", 7)
    drawn = [chance.below(1000), chance.between(3, 8), chance.pick("abcdef"), chance.weighted({"x": 1, "y": 9})]
    assert drawn == [210, 5, "e", "y"]
    assert Chance("a", 1).sample(range(6), 9) != Chance("a", 2).sample(range(6), 9)


def test_a_scatter_brings_nothing_back():
    scatter = Scatter(1000, 7919, 13)
    assert sorted(map(scatter, range(1000))) == list(range(1000))
    with pytest.raises(ValueError, match="outside"):
        scatter(1000)


def test_numbers_of_all_people_differ_up_to_the_last_holder():
    for scatter in (identity._person_scatter, identity._phone_scatter, identity._code_scatter):
        assert len({scatter(number) for number in range(0, scatter.size, scatter.size // 5000)}) >= 5000
    assert identity.HOLDERS > LIMIT + 10_000
    last = identity.person_number(identity.HOLDERS - 1, identity.SLOTS - 1)
    assert is_resident_id(identity.resident_id(last, year=1990, male=True, luck=3)[0])


def test_the_same_index_tells_the_same_project(told):
    again = [project(index) for index in range(0, COUNT, 60)]
    assert again == told[::60]
    digest = hashlib.sha256("\n".join(f"{one.name}{one.texts.summary}" for one in told[:200]).encode()).hexdigest()
    others = hashlib.sha256("\n".join(project(index, seed="b").name for index in range(200)).encode()).hexdigest()
    assert digest != others
    assert pickle.dumps(project(5)) == pickle.dumps(project(5))


def test_people_bear_valid_numbers(people):
    for one in people:
        assert normal_phone(one.phone) == f"+86{one.phone}"
        if one.id_kind == IdKind.PASSPORT:
            continue
        assert is_resident_id(one.id_number)
        assert ric.calc_check_digit(one.id_number) == one.id_number[-1]
        assert birth_date_of(one.id_number) == one.birth_date
        assert sex_of(one.id_number) == one.sex
        assert 2 <= len(one.name) <= 4


def test_no_number_appears_twice(people):
    for numbers in ([one.id_number for one in people], [one.phone for one in people], [one.email for one in people]):
        assert len(set(numbers)) == len(numbers)


def test_companies_bear_valid_codes(told):
    firms = [one.company for one in told if one.company]
    assert len({firm.credit_code for firm in firms}) == len(firms)
    assert len({firm.company_name for firm in firms}) == len(firms)
    for firm in firms:
        assert uscc.is_valid(firm.credit_code)
        assert firm.credit_code[2:8] == firm.company_region
        assert firm.company_kind in CompanyKind.values
        assert firm.registered_on.weekday() < 5


def test_titles_rarely_repeat():
    names = Counter(project(index).name for index in range(1500))
    assert 1500 - len(names) <= 15
    assert max(map(len, names)) <= 40


def test_texts_fit_the_form(told):
    for one in told:
        texts = one.texts
        assert 300 <= len(texts.summary) <= 500
        assert len(texts.one_line) <= 50
        assert all(0 < len(text) <= 1000 for text in (texts.innovation, texts.business_model, texts.market))
        everything = "".join(
            (one.name, *one.columns()["summary"], texts.innovation, texts.business_model, texts.market)
        )
        assert not set("{}<>") & set(everything)
        assert "None" not in everything
        assert "，，" not in everything
        assert "。。" not in everything


def test_figures_agree_with_each_other(told):
    for one in told:
        figures = one.figures
        if figures is None:
            continue
        assert figures.stage in ProjectStage.values
        assert figures.financed_round in FinancingRound.values
        assert (figures.stage == "idea") == (one.company is None)
        if one.company:
            assert figures.insured <= figures.employees
            assert 1 <= figures.key_group_employees <= figures.employees
            assert figures.tax_wan <= figures.revenue_wan
            assert one.company.registered_on.year < TODAY.year or figures.revenue_wan == 0


def test_teams_are_ordered_and_shares_stay_below_a_hundred(told):
    for one in told:
        kinds = [member.kind for member in one.members]
        assert kinds == sorted(kinds, key=[*MemberKind.values].index)
        assert kinds.count("leader") == 1
        assert sum(member.share or 0 for member in one.members) <= 100
        works = [member.work for member in one.members if member.kind == "member"]
        assert len(set(works)) == len(works)
        assert {status for member in one.members for status in member.person.statuses} <= set(PersonStatus.values)


def test_local_specialities_stay_at_home(told):
    for one in told:
        if "金乡大蒜" in one.name:
            assert one.city == "370800"
        if one.industry == "marine":
            assert one.city not in ("370100", "370900", "371400")


def test_industries_are_those_of_the_form(told):
    assert set(industries()) == set(Industry.values) - {"other"}
    assert {one.industry for one in told} <= set(Industry.values)


def test_every_product_has_words_for_every_text():
    for industry in industries().values():
        for product in industry["products"]:
            item, kind = product["item"], product["kind"]
            assert len(product["techs"]) >= 2
            assert len(product["edges"]) == 2
            assert len(fitting(industry["rivals"], item=item, kind=kind)) >= 2
            assert fitting(industry["models"], item=item, kind=kind)
            assert fitting(industry["markets"], item=item, kind=kind)


def test_the_sea_needs_a_coast():
    assert {industry_for(Chance(number), {"marine": 9, "info": 1}, "370900") for number in range(50)} == {"info"}


def test_a_seed_ends():
    with pytest.raises(ValueError, match="tells"):
        project(LIMIT)


SEASONS = {
    season["key"]: seasonfile.resolved(season) for data in seasonfile.contest_files() for season in data["seasons"]
}


def _broken(one, rules):
    """Which explicit limits of the edition a told project misses; what only a person can judge is left out."""
    leader, firm = one.leader.person, one.company
    core = [member for member in one.members if member.kind != "adviser"]
    checks = {
        "born_on_or_after": lambda rule: leader.birth_date >= rule["date"],
        "born_on_or_before": lambda rule: leader.birth_date <= rule["date"],
        "registered": lambda rule: firm and firm.registered_on <= rule.get("date", date.max),
        "unregistered": lambda rule: firm is None,
        "registered_on_or_after": lambda rule: firm is None or firm.registered_on >= rule["date"],
        "registered_before": lambda rule: firm is None or firm.registered_on < rule["date"],
        "status": lambda rule: set(leader.statuses) & set(rule["values"]),
        "employer_outside": lambda rule: leader.employer and not leader.employer_region.startswith("37"),
        "team_min": lambda rule: len(core) >= rule["number"],
        "team_max": lambda rule: len(core) <= rule["number"],
        "advisers_max": lambda rule: len(one.members) - len(core) <= rule["number"],
        "young_share_min": lambda rule: (
            sum(member.person.birth_date >= rule["date"] for member in core) * 100 >= rule["number"] * len(core)
        ),
        "share_at_least": lambda rule: firm is None or one.leader_share >= rule["number"],
        "team_share_at_least": lambda rule: firm is None or sum(member.share or 0 for member in core) >= rule["number"],
    }
    asked = [rule for rule in rules if one.track in rule.get("tracks", (one.track,)) and rule["kind"] in checks]
    return [rule["phrase"] for rule in asked if not checks[rule["kind"]](rule)]


def test_leaders_may_enter_what_they_enter(told):
    for one in told:
        assert _broken(one, SEASONS[one.season]["eligibility"]) == [], (one.index, one.season, one.track)


def test_units_belong_to_the_season(told):
    units = {key: {unit["key"] for unit in season["units"]} for key, season in SEASONS.items()}
    for one in told:
        assert one.unit in units[one.season]


def test_cohorts_cover_every_track():
    found = {key: {track["code"] for track in season["tracks"]} for key, season in SEASONS.items()}
    assert {key: set(cohort["tracks"]) for key, cohort in cohorts().items()} == found


def test_judges_are_experts_of_known_bodies():
    pool = judges(300)
    assert {judge.kind for judge in pool} == set(JudgeKind.values)
    assert {judge.employer_kind for judge in pool} <= set(OrganisationKind.values)
    assert {judge.employer_region for judge in pool} <= set(regions())
    assert {field for judge in pool for field in judge.fields} <= set(Industry.values)
    assert pool == judges(300)
    assert all(judge.person.employer == judge.employer for judge in pool)


def test_institutions_are_told_once_each():
    found = institutions()
    assert Counter(one.kind for one in found) == {"investor": 40, "bank": 8, "park": 19}
    assert len({one.name for one in found}) == len(found)
    for one in found:
        assert is_credit_code(one.credit_code)
        assert set(one.cities) <= set(regions())
        assert set(one.rounds) <= set(FinancingRound.values)
        assert set(one.industries) <= set(Industry.values)
        assert one.ticket_from_wan is None or one.ticket_from_wan < one.ticket_to_wan
