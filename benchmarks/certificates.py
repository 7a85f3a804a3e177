"""How fast certificates print: `python benchmarks/certificates.py [--runs 5] [--big 15000]`.

Every measurement runs in a process of its own, so that its peak memory is its own. Artwork and fonts are warm
before the clock starts only where the line says so. The texts use 3,755 different characters, a QR code on each.
"""

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from certificates import patterns, rendering
from certificates.designs import Flow
from certificates.fields import Fields

CHARACTERS = "".join(
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFF if row < 0xD7 else 0xFA)
)
GOALS = {
    "batch 1500": "3 s, 200 MB, 5 MB",
    "zip 1500": "20 s, 200 MB",
    "single, warm": "0.3 s",
}


def sample_fields(count: int):
    """Certificates with believable lengths, the same every time."""
    chance = random.Random(20260925)
    pool = iter(CHARACTERS * (count // 40 + 2))

    def name(shortest: int, longest: int) -> str:
        return "".join(next(pool) for _ in range(chance.randint(shortest, longest)))

    contest = "第八届山东省创业大赛"
    made = []
    for number in range(1, count + 1):
        code = f"SDCY-2026-0831-{number:05d}"
        made.append(
            Fields(
                number=code,
                verify_url=f"https://dasai.example.gov.cn/v/{code}?k={chance.getrandbits(30):06x}",
                contest=contest,
                award=chance.choice(("一等奖", "二等奖", "三等奖", "优胜奖")),
                issuers=(f"{contest}组织委员会",),
                issued_on=date(2026, 9, 25),
                year="2026",
                track=chance.choice(("先进制造组", "现代服务组", "乡村振兴组", "绿色经济组")),
                stage="决赛",
                project=name(6, 24),
                unit=f"{name(4, 10)}有限公司",
                leader=name(2, 3),
                members=tuple(name(2, 3) for _ in range(chance.randint(2, 8))),
                advisers=tuple(name(2, 3) for _ in range(chance.randint(0, 2))),
            )
        )
    return made


def measure(kind: str, count: int) -> dict:
    """One measurement in this process: seconds, seconds of processor, megabytes at the peak, bytes written."""
    design = patterns.project_certificate(seal="第八届山东省创业大赛组织委员会")
    if kind == "flowed":
        design = free_text_design(design)
    fields = sample_fields(count)
    with tempfile.TemporaryDirectory() as room:
        out = Path(room) / "out"
        if kind == "single":
            rendering.render_single(design, fields[0])
        started, worked = time.perf_counter(), time.process_time()
        if kind == "single":
            out.write_bytes(rendering.render_single(design, fields[-1]))
        elif kind == "zip":
            rendering.render_zip(design, fields, out=out)
        else:
            rendering.render_batch(design, fields, out=out)
        seconds, cpu = time.perf_counter() - started, time.process_time() - worked
        size = out.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "bytes": size}


def free_text_design(design):
    head, foot = design.blocks[:2], design.blocks[3:]
    html = "<p><b>{unit}</b>：</p><p>{address}申报的项目<b>“{project}”</b>荣获{award}。</p><p>{leader}、{members}</p>"
    return replace(design, blocks=(*head, *foot), flow=Flow(box=design.blocks[2].box, html=html))


def repeated(kind: str, count: int, runs: int) -> dict:
    command = [sys.executable, __file__, "--measure", kind, "--count", str(count)]
    found = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs)]
    return {key: statistics.median(each[key] for each in found) for key in found[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--big", type=int, default=15000)
    parser.add_argument("--measure")
    parser.add_argument("--count", type=int, default=1)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.count)))
        return
    print(f"{'':24}{'seconds':>9}{'CPU s':>8}{'a second':>10}{'peak MB':>9}{'MB':>8}  goal")
    jobs = [("single", 2), ("batch", 150), ("batch", 1500), ("batch", options.big), ("zip", 1500), ("flowed", 1500)]
    for kind, count in jobs:
        result = repeated(kind, count, options.runs)
        label = "single, warm" if kind == "single" else f"{kind} {count}"
        printed = 1 if kind == "single" else count
        speed = f"{result['seconds']:9.3f}{result['cpu']:8.3f}{printed / result['seconds']:10.0f}"
        room = f"{result['peak_mb']:9.0f}{result['bytes'] / 1e6:8.2f}"
        print(f"{label:24}{speed}{room}  {GOALS.get(label, '')}", flush=True)


if __name__ == "__main__":
    main()
