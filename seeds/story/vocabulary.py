"""The words the stories are made of: industries with their products, and sentences around them."""

from functools import cache

from seeds.story.bodies import organisations
from seeds.story.places import DATA, read_data


@cache
def industries() -> dict[str, dict]:
    """Every industry by its slug, in a fixed order."""
    found = (read_data(f"industries/{path.name}") for path in sorted((DATA / "industries").glob("*.yaml")))
    return {industry["slug"]: industry for industry in found}


@cache
def phrases() -> dict:
    return read_data("phrases.yaml")


@cache
def universities(kind: str) -> tuple[str, ...]:
    """Names of the province's schools: `college` for vocational ones, `university` for the rest."""
    names = (body.name for body in organisations() if body.kind == "university")
    return tuple(name for name in names if ("职业" in name) == (kind == "college"))


@cache
def cohorts() -> dict[str, dict]:
    return read_data("cohorts.yaml")


def is_technical(kind: str) -> bool:
    return kind in {"device", "system", "software", "material", "bio"}


def fitting(rows: list[dict], *, item: str, kind: str) -> list[str]:
    """The texts that suit a product: those that name no product or kind, or one of these two."""
    return [row["text"] for row in rows if not row.get("only") or item in row["only"] or kind in row["only"]]


@cache
def deck_words() -> dict:
    return read_data("deck.yaml")
