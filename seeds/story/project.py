"""What a told project consists of."""

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from seeds.story.companies import Company
from seeds.story.money import Figures
from seeds.story.people import Member
from seeds.story.texts import Texts
from seeds.story.titles import Offer


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its team and the edition it enters.

    `season` and `track` are keys of the season files, `unit` the key of the body that receives the entry, `city`,
    `region` and `landing_region` GB/T 2260 codes. A mentor has neither offer nor company nor figures.
    """

    index: int
    season: str
    track: str
    unit: str
    city: str
    region: str
    name: str
    industry: str
    brand: str
    texts: Texts
    figures: Figures | None
    company: Company | None
    leader_share: Decimal | None
    landing_region: str
    members: tuple[Member, ...]
    offer: Offer | None

    @property
    def leader(self) -> Member:
        return self.members[0]

    def columns(self) -> dict[str, Any]:
        """Every fact that a column of `projects.Project` holds; the three regions are codes."""
        facts = {
            "name": self.name,
            "industry": self.industry,
            "region": self.region,
            "landing_region": self.landing_region,
            "has_company": self.company is not None,
            **asdict(self.texts),
        }
        if self.figures:
            facts |= asdict(self.figures)
        if self.company:
            facts |= asdict(self.company)
            facts["legal_representative"] = self.leader.person.name
            facts["representative_since"] = self.company.registered_on
            facts["leader_share"] = self.leader_share
        return facts
