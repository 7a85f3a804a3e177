"""Which organisations the names of a list of holdings may mean."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Organisation
from projects.names import plain_company


def bodies_named(names: Iterable[str]) -> dict[str, list[int]]:
    """The organisations of each of these names, as they are compared; one with a credit code stands before mentions.

    All names are read once: how one was written can't be looked for in the table.
    """
    wanted = {plain_company(name) for name in names} - {""}
    found, coded = defaultdict(list), defaultdict(list)
    if not wanted:
        return {}
    for pk, name, code in Organisation.objects.order_by("pk").values_list("pk", "name", "credit_code").iterator(2000):
        if (key := plain_company(name)) in wanted:
            found[key].append(pk)
            coded[key] += [pk] if code else []
    return found | {key: bodies for key, bodies in coded.items() if len(bodies) == 1}
