"""Measures the planning engine and other ways to the same answer, as ratios from one run.

    python -m benchmarks                    everything, into docs/benchmarks.md (about a quarter of an hour)
    python -m benchmarks --quick            everything at small sizes, printed only (under a minute)
    python -m benchmarks --only regency     one case: regency, alone, even-core, province, large
    python -m benchmarks --out FILE.md      into another file

Every contender runs in a fresh process, in turns with the others, several times; medians count.
No time is believed before all contenders agree on the answer.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import networks, positions

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
EXAMPLE = ROOT / "examples" / "cianjur-beras.xlsx"
AGREE = 1e-9
LONG_SECONDS = 60.0
"""A contender that takes longer is not run again."""
MARGIN_SECONDS = 120.0
"""After its cap a contender may still finish what it does; then its process is ended."""

Result = dict[str, Any]


@dataclass
class Runs:
    """What the processes of one contender reported."""

    results: list[Result] = field(default_factory=list)
    failed: str = ""

    @property
    def seconds(self) -> list[float]:
        return [result["seconds"] for result in self.results]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def last(self) -> Result:
        return self.results[-1]

    @property
    def capped(self) -> bool:
        return any(result.get("capped") for result in self.results)

    @property
    def peak_mb(self) -> float:
        return max(result["peak_mb"] for result in self.results)

    def stage(self, name: str) -> float:
        return statistics.median(result["stages"].get(name, 0.0) for result in self.results)


@dataclass(frozen=True)
class Bench:
    """How big, how often, how long."""

    quick: bool
    folder: Path

    def coops(self, size: int, quick: int) -> int:
        return quick if self.quick else size

    def paddy(self, coops: int) -> tuple[Path, str]:
        """Return the file of a seeded network and what stands where."""
        path = self.folder / f"paddy-{coops}.json"
        points, words = positions.of_villages(coops)
        if not path.exists():
            networks.write(networks.paddy(coops, positions=points), path)
        return path, words

    def measure(self, network: Path, contenders: list[str], repeats: int, seconds: float) -> dict[str, Runs]:
        """Run the contenders in turns. One that fails, is capped or takes long is not run again."""
        runs = {name: Runs() for name in contenders}
        for turn in range(1 if self.quick else repeats):
            # Every second turn the other way round, so that none always follows the same neighbour.
            for name in contenders if turn % 2 == 0 else contenders[::-1]:
                mine = runs[name]
                if mine.failed or mine.capped or (mine.results and mine.last["seconds"] > LONG_SECONDS):
                    continue
                _run(name, network, seconds, mine)
        return runs


def _run(name: str, network: Path, seconds: float, runs: Runs) -> None:
    """Run a contender once in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.contenders", name, str(network), "--seconds", str(seconds)]
    paths = [str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONHASHSEED": "0"}
    say(f"  {name} …", end="")
    try:
        done = subprocess.run(
            command,
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=seconds + MARGIN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        runs.failed = f"ended after {seconds + MARGIN_SECONDS:.0f} s"
        say(f" {runs.failed}")
        return
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode or not lines:
        runs.failed = "failed: " + (done.stderr.strip().splitlines() or ["no output"])[-1]
        say(f" {runs.failed}")
        return
    result = json.loads(lines[-1])
    runs.results.append(result)
    cap = " (stopped there)" if result.get("capped") else ""
    say(f" {result['seconds']:.3f} s, {result['peak_mb']:.0f} MB{cap}")


def say(text: str, end: str = "\n") -> None:
    print(text, end=end, flush=True)


# --- tables ------------------------------------------------------------------------------------


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _compared(runs: dict[str, Runs], names: dict[str, str]) -> str:
    """Contenders with median, least, how many times the first one's median, and memory."""
    first = next(iter(names))
    rows = []
    for key, words in names.items():
        mine = runs[key]
        if mine.failed or not mine.results:
            rows.append([words, mine.failed or "not run", "", "", "", ""])
            continue
        sign = "more than " if mine.capped else ""
        times = ""
        if key == first:
            times = "1"
        elif runs[first].results:
            times = f"{sign}{mine.median / runs[first].median:.2f}"
        rows.append(
            [
                words,
                f"{sign}{_seconds(mine.median)}",
                _seconds(min(mine.seconds)),
                times,
                str(len(mine.results)),
                f"{mine.peak_mb:.0f}",
            ]
        )
    return _table(["contender", "median, s", "least, s", "× ours", "runs", "peak memory, MB"], rows)


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 10 else f"{seconds:.1f}"


_STAGES = {
    "build": "build and trim the program",
    "solve": "solve it",
    "whole": "make whole kilograms",
    "prove": "prove the bound in whole numbers, check all rules again",
    "alone": "alone value of every party",
    "explain": "partnerships, reasons, scarcity",
}


def _stages(columns: dict[str, Runs]) -> str:
    """Median seconds of each stage; stages that have no words here are shown by their name."""
    columns = {head: runs for head, runs in columns.items() if runs.results}
    found = [stage for runs in columns.values() for stage in runs.last["stages"]]
    names = [
        *(stage for stage in _STAGES if stage in found),
        *dict.fromkeys(s for s in found if s not in _STAGES),
    ]
    rows = [
        [_STAGES.get(stage, stage), *(_seconds(runs.stage(stage)) for runs in columns.values())]
        for stage in names
    ]
    rows.append(["**together**", *(_seconds(runs.median) for runs in columns.values())])
    return _table(["stage of ours", *(f"{head}, s" for head in columns)], rows)


def _agreement(runs: dict[str, Runs]) -> str:
    """Say that all values agree, or shout."""
    values = [r["value"] for each in runs.values() for r in each.results if r.get("value") is not None]
    if not values:
        return "**Nothing to compare.**"
    apart = (max(values) - min(values)) / max(1.0, abs(max(values)))
    if apart > AGREE:
        return f"**The values do NOT agree ({apart:.1e} apart): don't believe these times.**"
    return f"All {len(values)} values agree within {AGREE:.0e} (largest difference {apart:.1e})."


# --- cases -------------------------------------------------------------------------------------


def regency(bench: Bench) -> str:
    """From the problem in memory to the plan, against the bare linear program."""
    coops = bench.coops(360, 60)
    network, where = bench.paddy(coops)
    runs = bench.measure(network, ["plan", "direct", "linopy"], repeats=7, seconds=120.0)
    names = {
        "plan": "**ours**: certified plan in whole kilograms, alone values, partnerships with reasons",
        "direct": "the bare linear program by numpy and scipy, HiGHS as it comes",
        "linopy": "the bare linear program by linopy, HiGHS as it comes",
    }
    text = [f"{coops} co-ops × 12 months, {where}.", _compared(runs, names), _agreement(runs)]
    if runs["plan"].results and runs["direct"].results:
        solve, bare = runs["plan"].stage("build") + runs["plan"].stage("solve"), runs["direct"].median
        text.append(
            f"Like for like (build and solve alone, the second and third contender's work): ours takes "
            f"{_seconds(solve)} s, {solve / bare:.2f} times the second contender's."
        )
        text.append(_stages({f"{coops} co-ops": runs["plan"]}))
    return "\n\n".join(text)


def alone(bench: Bench) -> str:
    """Alone values of all parties."""
    coops = bench.coops(360, 60)
    network, where = bench.paddy(coops)
    runs = bench.measure(network, ["alone", "alone-one-by-one"], repeats=7, seconds=120.0)
    names = {
        "alone": f"**ours**: one program for all {coops}, each value with a proven bound",
        "alone-one-by-one": f"{coops} runs of HiGHS on each party's own columns",
    }
    return "\n\n".join([f"{coops} parties × 12 months, {where}.", _compared(runs, names), _close(runs)])


def _close(runs: dict[str, Runs]) -> str:
    """Compare values party by party."""
    if not all(each.results for each in runs.values()):
        return "**Nothing to compare.**"
    one, other = (each.last["values"] for each in runs.values())
    apart = max(abs(a - b) / max(1.0, abs(a)) for a, b in zip(one, other, strict=True))
    if apart > 1e-7:
        return f"**The values do NOT agree ({apart:.1e} apart): don't believe these times.**"
    return f"All {len(one)} values agree (largest relative difference {apart:.1e})."


def even_core(bench: Bench) -> str:
    """The most even stable split."""
    coops = bench.coops(31, 8)
    paddy, where = bench.paddy(coops)
    cases = [(f"{coops} parties, linear, 12 months, {where}", paddy, 3)]
    if not bench.quick:
        cases.append(
            ("`examples/cianjur-beras.xlsx`, with fixed costs, price steps and least quantities", EXAMPLE, 2)
        )
    names = {
        "even-core": "**ours**: `even_core` with its worst group",
        "even-core-naive": "row generation by the textbook, capped at 120 s",
    }
    text = []
    for words, network, repeats in cases:
        say(f" {words}")
        cap = 30.0 if bench.quick else 120.0
        runs = bench.measure(network, ["even-core", "even-core-naive"], repeats=repeats, seconds=cap)
        text += [f"{words}.", _compared(runs, names), _same_split(runs)]
    return "\n\n".join(text)


def _same_split(runs: dict[str, Runs]) -> str:
    ours, naive = runs["even-core"], runs["even-core-naive"]
    if not ours.results:
        return "**Ours gave no split.**"
    worst, proved = ours.last["worst"], ours.last["ended"]
    text = f"Ours: the largest gain of any group by leaving is Rp{worst:,.2f} ({proved})."
    if not naive.results:
        return text
    text += f" By the textbook: {naive.last['cuts']} cuts"
    if naive.capped:
        return text + ", not finished when it was stopped."
    apart = max(abs(a - b) for a, b in zip(ours.last["values"], naive.last["values"], strict=True))
    return text + f"; no party's payoff differs by more than Rp{apart:,.0f}."


def province(bench: Bench) -> str:
    """2,000 co-ops, and the bare program with a cap."""
    coops = bench.coops(2000, 150)
    network, where = bench.paddy(coops)
    runs = bench.measure(network, ["plan", "direct"], repeats=3, seconds=600.0)
    names = {
        "plan": "**ours**: certified plan as above",
        "direct": "the bare linear program by numpy and scipy, HiGHS as it comes",
    }
    return "\n\n".join(
        [
            f"{coops:,} co-ops × 12 months, {where}.",
            _compared(runs, names),
            _agreement(runs),
            _gap(runs["plan"]),
            _stages({f"{coops:,} co-ops": runs["plan"]}),
        ]
    )


def large(bench: Bench) -> str:
    """6,000 co-ops, ours only."""
    coops = bench.coops(6000, 250)
    network, where = bench.paddy(coops)
    runs = bench.measure(network, ["plan"], repeats=2, seconds=600.0)
    return "\n\n".join(
        [
            f"{coops:,} co-ops × 12 months, {where}.",
            _compared(runs, {"plan": "**ours**: certified plan as above"}),
            _gap(runs["plan"]),
            _stages({f"{coops:,} co-ops": runs["plan"]}),
        ]
    )


def _gap(runs: Runs) -> str:
    if not runs.results:
        return "**No plan.**"
    return f"Ours: status {runs.last['ended']}, proven gap {runs.last['gap']:.1e}."


CASES: dict[str, tuple[str, Callable[[Bench], str]]] = {
    "regency": ("A regency: from the problem in memory to the plan", regency),
    "alone": ("What everybody is worth alone", alone),
    "even-core": ("The most even stable split", even_core),
    "province": ("Two thousand co-ops", province),
    "large": ("Six thousand co-ops", large),
}


# --- page --------------------------------------------------------------------------------------


def _machine() -> str:
    """Describe what the figures depend on, without naming a machine."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("highspy", "numpy", "scipy", "linopy"))
    day = datetime.now(UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"Measured on {day}: {cores} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, {packages}."
    )


def _put(page: Path, name: str, text: str) -> None:
    """Put a case's text between its markers; at the end of the page where there are none yet."""
    old = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    block = f"{begin}\n\n{text}\n\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    new = pattern.sub(lambda _: block, old) if pattern.search(old) else f"{old.rstrip()}\n\n{block}\n"
    page.write_text(new, encoding="utf-8")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, once each; printed, not written")
    parser.add_argument("--only", choices=CASES, action="append", help="this case (may be repeated)")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="write there (docs/benchmarks.md)")
    arguments = parser.parse_args()
    page = arguments.out or (None if arguments.quick else PAGE)
    began = time.perf_counter()
    machine = _machine()
    say(machine)
    if hasattr(os, "getloadavg") and os.getloadavg()[0] > 0.5:
        load = os.getloadavg()[0]
        say(f"Something else is running here (load {load:.1f}): the figures will be worse than need be.")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments.quick, Path(folder))
        for name, (title, case) in CASES.items():
            if arguments.only and name not in arguments.only:
                continue
            say(f"\n{title}")
            text = case(bench)
            say(f"\n{text}")
            if page:
                _put(page, name, f"{text}\n\n{machine}")
    say(f"\nAll in {time.perf_counter() - began:.0f} s." + (f" Written to {page.name}." if page else ""))


if __name__ == "__main__":
    main()
