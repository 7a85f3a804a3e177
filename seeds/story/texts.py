"""The long texts of an entry form, put together from an offer, its figures and its place."""

from dataclasses import dataclass

from seeds.story.chance import Chance
from seeds.story.money import Figures
from seeds.story.titles import Offer
from seeds.story.vocabulary import fitting, industries, phrases

ONE_LINE_MOST = 50
SUMMARY_LEAST, SUMMARY_MOST = 300, 500


@dataclass(frozen=True, slots=True)
class Texts:
    one_line: str
    summary: str
    innovation: str
    business_model: str
    market: str
    rights: str
    honours: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and since when: names of the county and the city, and the year of registration."""

    place: str
    city: str
    year: int | None


def texts(chance: Chance, offer: Offer, figures: Figures, setting: Setting) -> Texts:
    words = _words(chance, offer, figures, setting)
    return Texts(
        one_line=one_line(chance, words),
        summary=_summary(chance, offer, figures, words),
        innovation="".join(chance.pick(phrases()[part]).format(**words) for part in ("innovation", "proof")),
        business_model=chance.pick(phrases()["business_model"]).format(**words),
        market=chance.pick(phrases()["market"]).format(**words),
        rights=_rights(chance, offer, words),
        honours=_honours(chance, figures, setting),
    )


def one_line(chance: Chance, words: dict) -> str:
    """A sentence of at most 50 signs: the fullest form that fits, from a chance start."""
    forms = phrases()["one_line"]
    first = chance.below(3)
    for form in (forms[first], *forms):
        line = form.format(**words)
        if len(line) <= ONE_LINE_MOST:
            return line
    return words["i"]


def _words(chance: Chance, offer: Offer, figures: Figures, setting: Setting) -> dict:
    industry = industries()[offer.industry]
    said, share = phrases(), chance.between(3, 15)
    models, markets, rivals = (
        fitting(industry[part], item=offer.item, kind=offer.kind) for part in ("models", "markets", "rivals")
    )
    rival, rival2 = chance.sample(rivals, 2)
    patents = chance.between(2, 12)
    revenue = int(figures.revenue_wan or 0)
    return {
        "s": offer.scene, "i": offer.item, "t": offer.technique, "t2": offer.technique2, "f": offer.customers,
        "g": offer.gain, "pain": offer.pain, "e1": offer.edge, "e2": offer.edge2,
        "made": chance.pick(said["made"]["service" if offer.service else "technical"]),
        "trial": chance.pick(said["trial"]), "thing": said["thing"][offer.kind], "base": said["base"][offer.kind],
        "place": setting.place, "city": setting.city, "year": setting.year,
        "revenue": revenue, "tax": figures.tax_wan, "research": figures.research_wan,
        "employees": figures.employees, "key": figures.key_group_employees, "expected": figures.expected_jobs,
        "n": chance.between(3, 9) if figures.stage == "idea" else max(3, revenue // chance.between(12, 40)),
        "m": chance.between(2, 9), "k": chance.between(30, 260),
        "order": max(20, revenue * chance.between(4, 14) // 10), "renew": chance.between(78, 97),
        "rise": chance.between(22, 88),
        "a": patents, "p": chance.between(1, max(1, patents // 2)),
        "c": chance.between(1, 8), "d": chance.between(1, 3),
        "model": chance.pick(models), "rival": rival, "rival2": rival2, "share": share,
        "market": chance.pick(markets).replace("<n>", str(chance.between(3, 60))),
        "price": chance.between(1, 45), "margin": chance.between(24, 66), "months": chance.between(2, 6),
        "drop": chance.between(10, 30),
    }  # fmt: skip


def _summary(chance: Chance, offer: Offer, figures: Figures, words: dict) -> str:
    """Sentences in a fixed order; fillers are added or left out to stay between 300 and 500 signs."""
    said = phrases()["summary"]
    idea, fresh = figures.stage == "idea", not figures.revenue_wan
    order = [
        "open",
        "core_service" if offer.service else "core",
        "gain",
        "idea" if idea or fresh else figures.stage,
        "rights_service" if offer.service else "rights",
        "jobs_idea" if idea or fresh else "jobs",
        "plan",
    ]
    sentences = [chance.pick(said[part]).format(**words) for part in order]
    extras = chance.sample(said["extra"], len(said["extra"]))
    while sum(map(len, sentences)) < SUMMARY_LEAST and extras:
        sentences.insert(-1, extras.pop())
    while sum(map(len, sentences)) > SUMMARY_MOST:
        del sentences[4]
    return "".join(sentences)


def _rights(chance: Chance, offer: Offer, words: dict) -> str:
    if offer.service:
        return f"注册商标{words['p']}件。" if chance.happens(0.6) else ""
    lines = [f"发明专利{words['a']}项（授权{words['p']}项）"]
    if offer.kind in ("software", "system"):
        lines.append(f"软件著作权{words['c']}项")
    lines.append(f"实用新型专利{words['d'] + 1}项")
    return "，".join(lines) + "，权利人均为本项目单位或团队成员。"


def _honours(chance: Chance, figures: Figures, setting: Setting) -> str:
    if not chance.happens(0.16 if figures.stage == "idea" else 0.34):
        return ""
    found = phrases()["honours"]
    usable = found[4:] if figures.stage == "idea" else found[:4] + found[5:]
    honour = chance.pick(usable).format(city=setting.city, place=setting.place)
    return f"{chance.between(2023, 2025)}年{honour}。"
