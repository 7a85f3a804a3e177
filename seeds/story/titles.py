"""What a project offers and what it is called."""

from dataclasses import dataclass

from seeds.story.chance import Chance
from seeds.story.places import story_places
from seeds.story.vocabulary import industries, is_technical, phrases


@dataclass(frozen=True, slots=True)
class Offer:
    """A product in one use: the scene, two techniques, the customers, and what the texts say of it.

    `cooperative` is the form that farmers who offer it may have registered, if any.
    """

    industry: str
    item: str
    kind: str
    scene: str
    technique: str
    technique2: str
    customers: str
    pain: str
    edge: str
    edge2: str
    gain: str
    cooperative: str

    @property
    def name(self) -> str:
        return self.scene + self.item

    @property
    def service(self) -> bool:
        return not is_technical(self.kind)


def industry_for(chance: Chance, weights: dict[str, float], city: str) -> str:
    """An industry of the track that fits the city: the sea needs a coast, and strengths count for more."""
    places = story_places()
    strengths = places["strengths"].get(city, {})
    fitting = {
        slug: weight * strengths.get(slug, 1)
        for slug, weight in weights.items()
        if slug != "marine" or city in places["coastal"]
    }
    return chance.weighted(fitting)


def offer(chance: Chance, industry: str, city: str) -> Offer:
    """A product of the industry in a scene that is at home in the city."""
    homes, products = story_places()["homes"], industries()[industry]["products"]
    while True:
        product = chance.pick(products)
        scenes = [scene for scene in product["scenes"] if city in homes.get(scene, (city,))]
        if scenes:
            break
    technique, technique2 = chance.sample(product["techs"], 2)
    edge, edge2 = product["edges"] if chance.happens(0.5) else reversed(product["edges"])
    return Offer(
        industry=industry,
        item=product["item"],
        kind=product["kind"],
        scene=chance.pick(scenes),
        technique=technique,
        technique2=technique2,
        customers=chance.pick(product["fields"]),
        pain=product["pain"],
        edge=edge,
        edge2=edge2,
        gain=product["gain"],
        cooperative=product.get("cooperative", ""),
    )


def title(chance: Chance, offer: Offer, *, brand: str, idea: bool, branded: bool = False) -> str:
    """The project's name; students' ideas like a slogan, services avoid the language of engineering.

    `branded` leaves only the forms with the brand, so that tens of thousands of titles hardly repeat.
    """
    forms = phrases()["titles"]["idea" if idea else "service" if offer.service else "technical"]
    usable = {
        row["form"]: row["weight"]
        for row in forms
        if not (offer.service and "{t}" in row["form"]) and ("{b}" in row["form"] or not branded)
    }
    words = {
        "b": brand,
        "s": offer.scene,
        "i": offer.item,
        "t": offer.technique,
        "f": offer.customers,
        "w": chance.pick(industries()[offer.industry]["slogans"]),
        "m": chance.pick(phrases()["modifiers"].get(offer.kind, ("",))),
    }
    return chance.weighted(usable).format(**words)
