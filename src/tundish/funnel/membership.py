"""Whose events a company and a deal have, by the people that belong to them (A18)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tundish.journal.columns import Coded, Codes, EventColumns, Ints
from tundish.terms import DAY

LOOKBACK = 180 * DAY
"""How long before a deal's creation its buying group's events count, in microseconds."""

_FOREVER = int(np.iinfo(np.int64).max)
_CLOSES = ("deal_won", "deal_lost")

FREE_MAIL = frozenset(
    """gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk
    yahoo.fr yahoo.de ymail.com rocketmail.com icloud.com me.com mac.com aol.com gmx.com gmx.de
    gmx.net gmx.at web.de t-online.de freenet.de mail.ru yandex.ru yandex.com bk.ru inbox.ru
    list.ru proton.me protonmail.com pm.me zoho.com mail.com fastmail.com tutanota.com hey.com
    hotmail.co.uk hotmail.fr hotmail.de outlook.sa outlook.fr outlook.de live.co.uk orange.fr
    wanadoo.fr free.fr laposte.net libero.it qq.com 163.com 126.com sina.com naver.com
    maktoob.com""".split()
)
"""Mail providers whose domain says nothing about the employer: they never form a company."""


def company_owners(columns: EventColumns) -> tuple[Ints, Coded]:
    """(rows, company), one pair per company that an event serves.

    A row with a company is that company's. A row without one is served by the company of its
    person and by that of its deal at that time: a row that carries both states the membership from
    then on, and before the first statement the first one holds.
    """
    company = _without_free_mail(columns.units["company"])
    every = np.arange(len(columns), dtype=np.int64)
    found = [(every, company.codes)]
    for kind in ("person", "deal"):
        member = columns.units.get(kind)
        if member is not None:
            found.append((every, _company_then(member, company, columns.time)))
    rows = np.concatenate([r for r, _ in found])
    codes = np.concatenate([c for _, c in found])
    implied = np.concatenate([every < 0, *([company.codes >= 0] * (len(found) - 1))])
    keep = (codes >= 0) & ~implied
    return _pairs(rows[keep], codes[keep], company.values)


def deal_owners(columns: EventColumns) -> tuple[Ints, Coded]:
    """(rows, deal), one pair per deal that an event serves.

    A row with a deal is that deal's alone. A row without one serves every deal in whose buying
    group its person is, from LOOKBACK before the deal's creation (`deal_created`, else its first
    event) until its close (the last `deal_won` or `deal_lost`).
    """
    deal, person = columns.units["deal"], columns.units.get("person")
    with_id = np.flatnonzero(deal.codes >= 0)
    rows, codes = [with_id], [deal.codes[with_id]]
    if person is not None and len(with_id):
        start, end = _lives(columns, deal)
        group_row, group_deal = _group_rows(person, deal, columns.time, start, end)
        rows.append(group_row)
        codes.append(group_deal)
    return _pairs(np.concatenate(rows), np.concatenate(codes), deal.values)


def _without_free_mail(company: Coded) -> Coded:
    free = [str(v).strip().casefold() in FREE_MAIL for v in company.values]
    if not any(free):
        return company
    return Coded(np.where(np.append(free, False)[company.codes], -1, company.codes), company.values)


def _company_then(member: Coded, company: Coded, time: Ints) -> Codes:
    """The company of each row's member at the row's time; -1 where none was ever stated."""
    said = np.flatnonzero((member.codes >= 0) & (company.codes >= 0))
    answer = np.full(len(time), -1, np.int32)
    asked = np.flatnonzero(member.codes >= 0)
    if not len(said):
        return answer
    by_text = np.argsort(np.argsort([str(v) for v in company.values], kind="stable"))
    order = np.lexsort((by_text[company.codes[said]], time[said], member.codes[said]))
    said = said[order]
    times, rank = np.unique(time, return_inverse=True)
    key = member.codes.astype(np.int64) * len(times) + rank
    at = np.searchsorted(key[said], key[asked], side="right") - 1
    first = np.searchsorted(member.codes[said], member.codes[asked], side="left")
    at = np.maximum(at, first)
    known = at < len(said)
    known[known] &= member.codes[said[at[known]]] == member.codes[asked[known]]
    answer[asked[known]] = company.codes[said[at[known]]]
    return answer


def _lives(columns: EventColumns, deal: Coded) -> tuple[Ints, Ints]:
    """From when to when a deal's buying group counts, by deal code, microseconds."""
    size, time = len(deal.values), columns.time
    first = np.full(size, _FOREVER, np.int64)
    created = np.full(size, _FOREVER, np.int64)
    closed = np.full(size, -_FOREVER, np.int64)
    is_created = columns.event.where(lambda v: v == "deal_created") & (deal.codes >= 0)
    is_closed = columns.event.where(lambda v: v in _CLOSES) & (deal.codes >= 0)
    with_id = deal.codes >= 0
    np.minimum.at(first, deal.codes[with_id], time[with_id])
    np.minimum.at(created, deal.codes[is_created], time[is_created])
    np.maximum.at(closed, deal.codes[is_closed], time[is_closed])
    start = np.where(created < _FOREVER, created, first) - LOOKBACK
    return start, np.where(closed > -_FOREVER, closed, _FOREVER)


def _group_rows(
    person: Coded, deal: Coded, time: Ints, start: Ints, end: Ints
) -> tuple[Ints, Codes]:
    both = (person.codes >= 0) & (deal.codes >= 0)
    pairs = np.unique(person.codes[both].astype(np.int64) * len(deal.values) + deal.codes[both])
    who, which = pairs // max(len(deal.values), 1), pairs % max(len(deal.values), 1)
    free = np.flatnonzero((person.codes >= 0) & (deal.codes < 0))
    free = free[np.lexsort((time[free], person.codes[free]))]
    times, rank = np.unique(time, return_inverse=True)
    key = person.codes[free].astype(np.int64) * (len(times) + 1) + rank[free]
    base = who * (len(times) + 1)
    low = np.searchsorted(key, base + np.searchsorted(times, start[which], side="left"), "left")
    last = np.searchsorted(times, end[which], side="right")
    high = np.maximum(np.searchsorted(key, base + last, "left"), low)
    spread = ranges(low, high)
    return free[spread], np.repeat(which, high - low).astype(np.int32)


def ranges(low: NDArray[Any], high: NDArray[Any]) -> Ints:
    """All whole numbers of the half-open ranges, one after the other."""
    sizes = high - low
    total = int(sizes.sum())
    starts = np.repeat(low - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    return np.asarray(starts + np.arange(total), np.int64) if total else np.zeros(0, np.int64)


def _pairs(rows: Ints, codes: Codes, values: tuple[Any, ...]) -> tuple[Ints, Coded]:
    """Pairs without repeats, ordered by row."""
    size = max(len(values), 1)
    unique = np.unique(rows * size + codes)
    return unique // size, Coded((unique % size).astype(np.int32), values)
