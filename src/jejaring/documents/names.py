"""What parties, places, goods and facilities are called, on the page and in pictures.

A network of "Koperasi Desa Merah Putih Sukamaju" and thirty of its like needs short names. They are
used only where they still tell things apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jejaring.documents.language import Language
from jejaring.engines.errors import Sentence
from jejaring.engines.measures import Indices
from jejaring.engines.planning.problem import NOBODY, Problem, at_part

_FORM = re.compile(
    r"^(?:(?:koperasi|kopdes|kopkel|kdmp|kkmp|kdkmp|desa|kelurahan|primer|merah putih|produsen|serba usaha)"
    r"\b[\s/:,-]*)+",
    re.IGNORECASE,
)
MOST_NAMED = 8
"""More parties than this are counted, not named, in a sentence."""
_ASIDE = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True)
class Names:
    """Names by position in the Problem, short ones but for `parties`.

    `sites` are called by their party where it has only one. `buyers` and `suppliers` go by the code
    of outlets and sources, `facilities` by that of processes. `shorter` leads from names as written
    to these, `months` from codes of periods to their names.
    """

    parties: tuple[str, ...]
    short_parties: tuple[str, ...]
    sites: tuple[str, ...]
    products: tuple[str, ...]
    periods: tuple[str, ...]
    short_periods: tuple[str, ...]
    buyers: tuple[str, ...]
    suppliers: tuple[str, ...]
    facilities: tuple[str, ...]
    stores: tuple[str, ...]
    shorter: Mapping[str, str]
    months: Mapping[str, str]

    def said(self, sentence: Sentence, language: Language) -> str:
        """Return what an engine said, with short names and periods in words."""
        return language.sentence(self._renamed(sentence))

    def _renamed(self, sentence: Sentence) -> Sentence:
        facts: dict[str, object] = {}
        for name, value in sentence.facts.items():
            if isinstance(value, Sentence):
                facts[name] = self._renamed(value)
            elif isinstance(value, str):
                facts[name] = (self.months if name.endswith("period") else self.shorter).get(value, value)
            elif isinstance(value, (tuple, list)):
                facts[name] = tuple(
                    self.shorter.get(part, part) if isinstance(part, str) else part for part in value
                )
            else:
                facts[name] = value
        return Sentence(sentence.code, sentence.text, facts)


def names(problem: Problem, language: Language) -> Names:
    """Return the names of everything in `problem`; what has no name is called by its code."""
    parties = _named(problem.parties.names, problem.parties.codes)
    short = _short(parties)
    periods = list(zip(problem.periods, problem.period_names, strict=True))
    sites = _sites(problem, short)
    buyers = _without_asides(_named_alike(problem.outlets.counterparties, problem.outlets.codes))
    suppliers = _without_asides(_named_alike(problem.sources.counterparties, problem.sources.codes))
    processes, storages = problem.processes, problem.storages
    facilities = _owned(processes.names, processes.codes, _owners(processes.code, processes.owner), short)
    return Names(
        parties=parties,
        short_parties=short,
        sites=sites,
        products=_named(problem.product_names, problem.products),
        periods=tuple(language.period(code, name) for code, name in periods),
        short_periods=tuple(language.period(code, name, short=True) for code, name in periods),
        buyers=buyers,
        suppliers=suppliers,
        facilities=facilities,
        stores=_owned(storages.names, storages.codes, storages.owner.tolist(), short),
        shorter={
            **{problem.sites.names[at]: sites[at] for at in sorted(set(problem.sites.place.tolist()))},
            **dict(zip(problem.outlets.counterparties, buyers, strict=True)),
            **dict(zip(problem.sources.counterparties, suppliers, strict=True)),
            **dict(zip(parties, short, strict=True)),
        },
        months={code: language.period(code, name) for code, name in periods},
    )


def hubs(problem: Problem) -> tuple[int, ...]:
    """Return the parties whose role is hub."""
    return tuple(party for party, role in enumerate(problem.parties.roles) if role.strip().lower() == "hub")


def plan_span(problem: Problem, names: Names, language: Language) -> str:
    """Return from when to when the plan lasts."""
    first, last = names.periods[0], names.periods[-1]
    weeks = language.span(problem.periods[0], problem.periods[-1]) if first != last else ""
    return weeks or (first if first == last else f"{first} – {last}")


def listed(words: Sequence[str], language: Language, *, most: int = 0) -> str:
    """Return the words as a list in a sentence, at most `most` of them by name (0: all)."""
    if most and len(words) > most + 1:
        rest = len(words) - most
        named = ", ".join(words[:most])
        return language.plural("{named} and {count} other", "{named} and {count} others", rest, named=named)
    if len(words) < 2:
        return "".join(words)
    return language.text("{first} and {last}", first=", ".join(words[:-1]), last=words[-1])


def group(parties: Sequence[int], names: Names, language: Language) -> str:
    """Return a group of parties in words: its names, or all but those who are not in it."""
    inside = set(parties)
    outside = [name for party, name in enumerate(names.short_parties) if party not in inside]
    if len(inside) > MOST_NAMED and 0 < len(outside) <= MOST_NAMED:
        return language.text("all co-ops but {names}", names=listed(outside, language))
    return listed([names.short_parties[party] for party in parties], language, most=MOST_NAMED)


def _named(names: Sequence[str], codes: Sequence[str]) -> tuple[str, ...]:
    """Return the names, the code where there is none and behind a name that two have."""
    times = Counter(names)
    return tuple(
        code if not name else name if times[name] == 1 else f"{name} ({code})"
        for name, code in zip(names, codes, strict=True)
    )


def _named_alike(names: Sequence[str], codes: Sequence[str]) -> tuple[str, ...]:
    """Return the names, or codes where there are none; several codes may share a name."""
    return tuple(name or code for name, code in zip(names, codes, strict=True))


def _short(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without legal form and asides, as far as they stay different."""
    cut = [_FORM.sub("", name).strip() or name for name in names]
    bare = [_bare(name) for name in cut]
    cut_times, bare_times = Counter(cut), Counter(bare)
    return tuple(
        shortest if bare_times[shortest] == 1 else shorter if cut_times[shorter] == 1 else name
        for name, shorter, shortest in zip(names, cut, bare, strict=True)
    )


def _without_asides(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without what stands in brackets, where no two different names become one."""
    times = Counter(_bare(name) for name in set(names))
    return tuple(_bare(name) if times[_bare(name)] == 1 else name for name in names)


def _bare(name: str) -> str:
    return " ".join(_ASIDE.sub("", name).split()).strip(" ,;") or name


def _sites(problem: Problem, parties: tuple[str, ...]) -> tuple[str, ...]:
    """Return what places are called, and parts of them after who gives or takes there."""
    sites = problem.sites
    whole = np.flatnonzero(sites.part_of == NOBODY).tolist()
    owners = sites.party[whole].tolist()
    times = Counter(owners)
    own = _without_asides(_named([sites.names[at] for at in whole], [sites.codes[at] for at in whole]))
    called = {
        at: parties[party] if party != NOBODY and times[party] == 1 else name
        for at, name, party in zip(whole, own, owners, strict=True)
    }
    for at in np.flatnonzero(sites.part_of != NOBODY).tolist():
        party = at_part(problem, at)
        place = called[int(sites.part_of[at])]
        called[at] = place if party == NOBODY else f"{place} – {parties[party]}"
    return tuple(called[at] for at in range(len(sites)))


def _owners(code: Indices, owner: Indices) -> list[int]:
    """Return the owner of each code of a table with one entry for each period."""
    _, first = np.unique(code, return_index=True)
    return [int(each) for each in owner[first]]


def _owned(
    names: Sequence[str], codes: Sequence[str], owners: Sequence[int], parties: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what facilities are called, with their owner where the name doesn't tell."""
    called = []
    for name, owner in zip(_named_alike(names, codes), owners, strict=True):
        words = {word.casefold() for word in re.findall(r"\w{3,}", name)}
        own = {word.casefold() for word in re.findall(r"\w{3,}", parties[owner])}
        told = bool(own) and bool(words & own)
        called.append(name if told else f"{name} {parties[owner]}")
    return tuple(called)
