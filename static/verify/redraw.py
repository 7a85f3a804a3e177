#!/usr/bin/env python3
"""Repeat a draw from its public record, with nothing but Python 3.10: python3 redraw.py RECORD.json

Orders, the reserve and judges by lot are drawn again and compared to the byte. An assignment by fit or a division into
rooms is checked: seed, digests, every rule, sums; that none is better is proven only by solving it again (an assignment
by `python -m judging.assignment`).
"""

import hmac
import json
import sys
from hashlib import sha256
from pathlib import Path


def digest(value):
    return sha256(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def order(ids, purpose, key):
    return sorted(ids, key=lambda one: (hmac.digest(key, f"{purpose}:{one}".encode(), "sha256"), one))


def chain(given, allowed, starts, targets):
    """Whether entries could be moved along the shortest chain from a start to a target."""
    queue, paths = list(starts), {j: [] for j in starts}
    for entry, giver in ((e, j) for j in queue for e in allowed if e in given[j]):
        new = [j for j in allowed[entry] if entry not in given[j] and j not in paths]
        paths.update((j, [*paths[giver], (entry, giver, j)]) for j in new)
        found = next((j for j in new if j in targets), None)
        if found:
            for moved, before, after in paths[found]:
                given[before].remove(moved)
                given[after].add(moved)
            return True
        queue += new
    return False


def draw(inputs, key):
    """Judges by lot: entries take turns; where one is short, or loads too low or unequal, chains of entries move."""
    entries, judges = order(inputs["entries"], "entries", key), order(inputs["judges"], "judges", key)
    barred, given = set(map(tuple, inputs["conflicts"])), {j: set() for j in judges}
    allowed = {e: [j for j in judges if (e, j) not in barred] for e in entries}
    least = {j: inputs["judges"][j]["least"] for j in judges}
    most = {j: len(entries) if inputs["judges"][j]["most"] is None else inputs["judges"][j]["most"] for j in judges}

    def level(top):
        low = {j for j in judges if len(given[j]) <= min(top - 2, most[j] - 1)}
        return low and chain(given, allowed, [j for j in judges if len(given[j]) >= max(top, least[j] + 1)], low)

    for entry in entries:
        free = [j for j in order(allowed[entry], f"judges:{entry}", key) if len(given[j]) < most[j]]
        for judge in sorted(free, key=lambda j: len(given[j]))[: inputs["entries"][entry]]:
            given[judge].add(entry)
    for entry in (e for e in entries for _ in range(inputs["entries"][e] - sum(e in given[j] for j in judges))):
        given["nobody"] = {entry}
        chain(given, allowed, ["nobody"], {j for j in judges if len(given[j]) < most[j]})
    for judge in (j for j in judges for _ in range(least[j] - len(given[j]))):
        chain(given, allowed, [j for j in judges if len(given[j]) > least[j]], {judge})
    while any(level(top) for top in sorted(set(map(len, given.values())), reverse=True)):
        pass
    panels = {e: [j for j in judges if e in given[j]] for e in entries}
    return {"panels": panels, "loads": {j: len(given[j]) for j in judges}}


def sums(problem, pairs, broken):
    """What each entry's judges fit it in all; every rule that these pairs break is added to `broken`."""
    panels, seat = {e: [] for e in problem["entries"]}, {j: place for place, j in enumerate(problem["judges"])}
    for entry, judge in pairs:
        panels[entry].append(seat[judge])
    fits = [[row[one] for one in panel] for row, panel in zip(problem["fit"], panels.values(), strict=True)]
    for place, (entry, panel) in enumerate(panels.items()):
        home = problem["home"][place] if "home" in problem else None
        outside = sum(home is None or problem["panels"][one] != home for one in panel)
        groups = [problem["groups"][one] for one in panel if "groups" in problem and problem["groups"][one]]
        rules = {"conflict": None in fits[place], "number": len(panel) != problem["demand"]}
        rules |= {"outside": outside < problem.get("outside_min", 0)}
        rules |= {"employer": any(groups.count(one) > problem["group_max"] for one in groups)}
        rules |= {k: sum(k in problem["types"][one] for one in panel) < n for k, n in problem["type_min"].items()}
        broken += [f"{entry}: {rule}" for rule in rules if rules[rule]]
    for judge, least, most in zip(seat, problem["load_min"], problem["load_max"], strict=True):
        broken += [f"{judge}: load"] * (not least <= sum(seat[judge] in panel for panel in panels.values()) <= most)
    return [sum(one or 0 for one in row) for row in fits]


def halls(problem, pairs, broken):
    """Every rule that a division into rooms breaks is added to `broken`."""
    placed, apart, kinds = dict(pairs), set(map(tuple, problem["apart"])), problem["type_min"]
    facts = {j: one for j, *one in zip(*(problem[part] for part in ("judges", "types", "groups", "most")), strict=True)}
    even = divmod(len(problem["entries"]), len(problem["rooms"]))
    broken += [f"{entry}: room" for entry in problem["entries"] if placed.get(entry) not in problem["rooms"]]
    for room in problem["rooms"]:
        entries = [e for e in problem["entries"] if placed.get(e) == room]
        judges = [j for j in problem["judges"] if placed.get(j) == room]
        groups = [facts[j][1] for j in judges if facts[j][1]]
        rules = {
            "size": len(entries) not in {even[0], even[0] + bool(even[1])},
            "seats": len(judges) != problem["seats"],
        }
        rules |= {"load": any(facts[j][2] is not None and facts[j][2] < len(entries) for j in judges)}
        rules |= {k: sum(k in facts[j][0] for j in judges) < n for k, n in kinds.items()}
        rules |= {"employer": any(groups.count(one) > (problem["group_max"] or len(groups)) for one in groups)}
        left = [problem["seats"] - sum((e, j) in apart for j in judges) for e in entries]
        rules |= {"recused": any(one < problem["enough"] for one in left)}
        broken += [f"{room}: {rule}" for rule in rules if rules[rule]]


def differences(told):
    """What is compared, and whether it differs."""
    lots, key = (told["secret"], told["witness"]), f"{told['secret']}:{told['witness']}".encode()
    yield "commitment", sha256(told["secret"].encode()).hexdigest() != told["commitment"]
    yield "digest", digest(told["record"]) != told["digest"]
    for one in told["record"].get("orders") or filter(None, told["record"].values()):
        name, given = one["purpose"], one["inputs"]
        yield f"{name}: lots", (one["secret"], one["witness"]) != lots
        yield f"{name}: inputs", digest(given) != one["inputs_digest"]
        yield f"{name}: digest", digest({part: one[part] for part in one if part != "digest"}) != one["digest"]
        again = draw(given, key) if name == "judges" else order(given["ids"], name, key)
        yield f"{name}: does not come out again", again != one["output"]
    for plan in (one for one in told.get("plans", ()) if one["problem"]):
        answer, problem, pairs, broken = plan["answer"], plan["problem"], set(map(tuple, plan["answer"]["pairs"])), []
        parts = {part: plan[part] for part in ("rules", "answer", "versions")} | {"problem": plan["problem_digest"]}
        yield f"plan {plan['number']}: problem", digest(problem) != plan["problem_digest"]
        yield f"plan {plan['number']}: digest", digest(parts) != plan["digest"]
        changes = [(set(map(tuple, one["out"])), set(map(tuple, one["in"]))) for one in plan["changes"]]
        if pairs and "rooms" in problem:
            halls(problem, pairs, broken)
        elif pairs:
            fits = sums(problem, pairs, broken)
            yield f"plan {plan['number']}: sum or minimum", (sum(fits), min(fits)) != (answer["sum"], answer["minimum"])
        if pairs:
            for gone, came in changes:
                pairs = pairs - gone | came
            (halls if "rooms" in problem else sums)(problem, pairs, broken)
            yield f"plan {plan['number']}: {', '.join(broken)}", bool(broken)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    record = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    if "secret" not in record:
        sys.exit("the secret is not public yet: come back when the scores are locked")
    found = [what for what, differs in differences(record) if differs]
    sys.stdout.write("".join(f"{line}\n" for line in [*found, f"{len(found)} differences" if found else "equal"]))
    sys.exit(bool(found))
