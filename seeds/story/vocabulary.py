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
def schools() -> tuple[str, ...]:
    return tuple(body.name for body in organisations() if body.kind == "university")


def is_technical(kind: str) -> bool:
    return kind in {"device", "system", "software", "material", "bio"}
