#!/usr/bin/env python3
"""Repeat a draw from its public record: python3 redraw.py RECORD.json

Needs nothing but Python 3.10, and shares no line with the product. It draws every order, the reserve and the judges by
lot again and compares them to the byte. An assignment by fit is checked: its seed, its digests, every rule, its sums;
that no better one exists is proven only by solving it again (`python -m judging.assignment`). It prints every
difference and ends with "equal" (exit status 0) or the number of differences (1).
"""

import hashlib
import hmac
import json
import sys
from pathlib import Path


def digest(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def order(ids, purpose, key):
    return sorted(ids, key=lambda one: (hmac.digest(key, f"{purpose}:{one}".encode(), "sha256"), one))


class Panels:
    """Judges for entries by lot: entries take turns; where one stays short, entries move along shortest chains."""

    def __init__(self, inputs, key):
        self.entries, self.judges = order(inputs["entries"], "entries", key), order(inputs["judges"], "judges", key)
        self.needs = inputs["entries"]
        barred = {tuple(pair) for pair in inputs["conflicts"]}
        self.allowed = {e: [j for j in self.judges if (e, j) not in barred] for e in self.entries}
        whole = len(self.entries)
        self.least = {j: inputs["judges"][j]["least"] for j in self.judges}
        limits = {j: inputs["judges"][j]["most"] for j in self.judges}
        self.most = {j: whole if most is None else most for j, most in limits.items()}
        self.chosen, self.given = {e: set() for e in self.entries}, {j: set() for j in self.judges}
        self.seat = {j: place for place, j in enumerate(self.judges)}
        for entry in self.entries:
            self.fill(entry, order(self.judges, f"judges:{entry}", key))
        for entry in self.entries:
            while len(self.chosen[entry]) < self.needs[entry] and self.augment(entry):
                pass
        for judge in self.judges:
            while len(self.given[judge]) < self.least[judge]:
                if not self.shift([j for j in self.judges if len(self.given[j]) > self.least[j]], {judge}):
                    break
        while self.level():
            pass

    def fill(self, entry, drawn):
        lots = {j: place for place, j in enumerate(drawn)}
        free = [j for j in self.allowed[entry] if len(self.given[j]) < self.most[j]]
        free.sort(key=lambda j: (len(self.given[j]), lots[j]))
        for judge in free[: self.needs[entry]]:
            self.move(entry, judge)

    def move(self, entry, judge, before=None):
        self.chosen[entry] ^= {judge} | ({before} if before else set())
        self.given[judge].add(entry)
        if before:
            self.given[before].remove(entry)

    def search(self, came, targets, done):
        queue = list(came)
        for judge in queue:
            fresh = [e for e in self.entries if e in self.given[judge] and e not in done]
            done.update(fresh)
            for entry in fresh:
                new = [j for j in self.allowed[entry] if j not in self.chosen[entry] and j not in came]
                came.update((j, (entry, judge)) for j in new)
                queue += new
                found = [j for j in new if j in targets]
                if found:
                    return found[0]
        return None

    def walk(self, came, judge):
        while came[judge]:
            entry, before = came[judge]
            self.move(entry, judge, before)
            judge = before
        return judge

    def augment(self, entry):
        start = [j for j in self.allowed[entry] if j not in self.chosen[entry]]
        room = {j for j in self.judges if len(self.given[j]) < self.most[j]}
        came = dict.fromkeys(start)
        end = next((j for j in start if j in room), None) or self.search(came, room, {entry})
        if end:
            self.move(entry, self.walk(came, end))
        return bool(end)

    def shift(self, givers, targets):
        came = dict.fromkeys(givers)
        end = self.search(came, targets - set(givers), set())
        if end:
            self.walk(came, end)
        return bool(end)

    def level(self):
        loads = {j: len(self.given[j]) for j in self.judges}
        for load in sorted(set(loads.values()), reverse=True):
            targets = {j for j in self.judges if loads[j] <= load - 2 and loads[j] < self.most[j]}
            if not targets:
                return False
            if self.shift([j for j in self.judges if loads[j] >= load and loads[j] > self.least[j]], targets):
                return True
        return False

    def output(self):
        loads = {j: len(self.given[j]) for j in sorted(self.judges)}
        return {"panels": {e: sorted(self.chosen[e], key=self.seat.get) for e in self.entries}, "loads": loads}


def drawn_again(name, record, key):
    """Differences of one draw by lot."""
    if record["purpose"] == "judges":
        output = Panels(record["inputs"], key).output()
    else:
        output = order(record["inputs"]["ids"], record["purpose"], key)
    whole = {part: value for part, value in record.items() if part != "digest"}
    said = [] if output == record["output"] else [f"{name}: does not come out again"]
    said += [] if digest(record["inputs"]) == record["inputs_digest"] else [f"{name}: inputs changed"]
    return said + ([] if digest(whole) == record["digest"] else [f"{name}: digest"])


def broken(problem, pairs):
    """Every rule that these pairs break."""
    rows, columns = ({name: place for place, name in enumerate(problem[part])} for part in ("entries", "judges"))
    panels, loads, said = {name: [] for name in rows}, dict.fromkeys(columns, 0), []
    for entry, judge in pairs:
        panels[entry].append(columns[judge])
        loads[judge] += 1
        if problem["fit"][rows[entry]][columns[judge]] is None:
            said.append(f"{entry} {judge}: conflict")
    for entry, panel in panels.items():
        said += [f"{entry}: {len(panel)} judges"] * (len(panel) != problem["demand"] or len(set(panel)) != len(panel))
        for kind, least in problem["type_min"].items():
            said += [f"{entry}: {kind}"] * (sum(kind in problem["types"][one] for one in panel) < least)
        home = problem.get("home", [None] * len(rows))[rows[entry]]
        outside = sum(home is None or problem["panels"][one] != home for one in panel) if "panels" in problem else 0
        said += [f"{entry}: outside"] * (outside < problem.get("outside_min", 0))
        groups = [problem["groups"][one] for one in panel if problem["groups"][one]] if "groups" in problem else []
        said += [f"{entry}: one employer"] * any(groups.count(one) > problem["group_max"] for one in groups)
    for judge, place in columns.items():
        if not problem["load_min"][place] <= loads[judge] <= problem["load_max"][place]:
            said.append(f"{judge}: {loads[judge]} entries")
    return said


def assignment(plan):
    """Differences of one plan of an assignment by fit."""
    problem, answer = plan["problem"], plan["answer"]
    if problem is None:
        return []
    parts = {"rules": plan["rules"], "problem": plan["problem_digest"], "answer": answer, "versions": plan["versions"]}
    said = [] if digest(problem) == plan["problem_digest"] else ["problem: digest"]
    said += [] if digest(parts) == plan["digest"] else ["plan: digest"]
    rows, columns = ({name: place for place, name in enumerate(problem[part])} for part in ("entries", "judges"))
    pairs, sums = {tuple(pair) for pair in answer["pairs"]}, dict.fromkeys(rows, 0)
    if pairs:
        said += broken(problem, pairs)
        for entry, judge in pairs:
            sums[entry] += problem["fit"][rows[entry]][columns[judge]] or 0
        same = (answer["sum"], answer["minimum"]) == (sum(sums.values()), min(sums.values()))
        said += [] if same else ["sum or minimum does not come out again"]
    for change in plan["changes"]:
        pairs = pairs - set(map(tuple, change["out"])) | set(map(tuple, change["in"]))
    return said + (broken(problem, pairs) if pairs else [])


def differences(record):
    if "secret" not in record:
        return ["the secret is not public yet: come back when the scores are locked"]
    secret, witness = record["secret"], record["witness"]
    key = f"{secret}:{witness}".encode()
    said = [] if hashlib.sha256(secret.encode()).hexdigest() == record["commitment"] else ["commitment"]
    said += [] if digest(record["record"]) == record["digest"] else ["digest"]
    parts = record["record"].get("orders") or [one for one in record["record"].values() if one]
    for one in parts:
        said += [] if (one["secret"], one["witness"]) == (secret, witness) else [f"{one['purpose']}: other lots"]
        said += drawn_again(one["purpose"], one, key)
    for plan in record.get("plans", ()):
        said += [f"plan {plan['number']}: {text}" for text in assignment(plan)]
    return said


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    record = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    said = differences(record)
    sys.stdout.write("".join(f"{line}\n" for line in [*said, f"{len(said)} differences" if said else "equal"]))
    sys.exit(bool(said))


if __name__ == "__main__":
    main()
