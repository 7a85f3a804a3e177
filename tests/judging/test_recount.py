"""The stand-alone recount agrees with the product on any marks, and names what was tampered with."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from judging import exports, ranking
from judging.disclosure import content_of
from judging.replay import digest_of
from judging.scoring import Decision
from tests.judging import naive

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "verify" / "recount.py"
differences = runpy.run_path(str(SCRIPT))["differences"]


def bundle_of(marks, rule) -> dict:
    ranked = ranking.compute(marks, rule)
    stored = {"scoring": ranked["rule"]}
    result = {"ranking": ranked, "quota": None, "awards": None}
    inputs = marks.to_data()
    return chain({"rule": stored, "marks": inputs, "result": result})


def chain(*contents) -> dict:
    """A bundle of versions, each of which covers the check code of the one before."""
    versions, before = [], ""
    for number, one in enumerate(contents, 1):
        digest = digest_of(one["rule"], one["marks"], one["result"], before=before)
        versions.append({"version": number, **one, "before": before, "digest": digest})
        before = digest
    return {"versions": versions}


def recounted(one) -> bool:
    """Whether a stored ranking comes out of its bundle, and of what would be public of it with the same totals."""
    content = content_of(one.rule, one.inputs, set(), "secret")
    told, official = (ranked["ranking"]["places"] for ranked in (content["result"], one.result))
    same = [place["total"] for place in told] == [place["total"] for place in official]
    return same and not differences(exports.bundle(one)) and not differences(chain(content))


@given(naive.mark_sets(most=6), naive.rules(chains=True))
@settings(max_examples=150)
def test_it_agrees(marks, rule):
    assert differences(bundle_of(marks, rule)) == []


@given(naive.mark_sets(entries=5, coarse=True, gaps=False), naive.rules(chains=True), st.integers(0, 4))
@settings(max_examples=60)
def test_it_names_a_place_that_was_moved(marks, rule, which):
    bundle = bundle_of(marks, rule)
    places = bundle["versions"][0]["result"]["ranking"]["places"]
    if which >= len(places):
        return
    places[which]["total"] = str(float(places[which]["total"]) + 1)
    said = differences(bundle)
    assert said[0] == "version 1: the check code does not fit rule, marks and result"
    assert any(line.startswith(f"version 1: {places[which]['entry']}: total") for line in said[1:])


def test_it_follows_the_jury_and_names_who_was_put_before_others():
    criterion = naive.Criterion("total", naive.Decimal(100))
    sheet = (naive.Sheet("1", {"total": naive.Decimal(80)}),)
    rule = naive.Rule(min_valid_marks=1, tie_chain=(naive.TieStep("jury"),))
    marks = naive.MarkSet(
        (criterion,), (naive.Entry("a", "1", sheet), naive.Entry("b", "2", sheet)), (Decision(("b", "a"), "合议"),)
    )
    bundle = bundle_of(marks, rule)
    assert differences(bundle) == []
    bundle["versions"][0]["marks"]["jury"] = []
    assert "version 1: b: rank 1 published, 1 (shared) recounted" in differences(bundle)


def test_the_command(tmp_path):
    bundle = bundle_of(*_fixed())
    file = tmp_path / "bundle.json"
    file.write_text(json.dumps(bundle, ensure_ascii=False, indent=1), encoding="utf-8")
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"3 entries: equal, {bundle['versions'][0]['digest']}\n")
    bundle["versions"][0]["result"]["ranking"]["places"][0]["rank"] = 9
    file.write_text(json.dumps(bundle), encoding="utf-8")
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "rank 9 published, 1 recounted" in done.stdout


def _fixed():
    ranked = naive.ranking_of(90, 80, 70)
    return (
        naive.MarkSet(
            (naive.Criterion("total", naive.Decimal(100)),),
            tuple(
                naive.Entry(one["entry"], one["number"], (naive.Sheet("1", {"total": naive.Decimal(one["total"])}),))
                for one in ranked["places"]
            ),
        ),
        naive.Rule(min_valid_marks=1, tie_chain=(naive.TieStep("all_advance"),)),
    )
