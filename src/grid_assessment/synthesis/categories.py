"""Dealing categories to cases: exact counts by category, under each case's constraints."""

from collections.abc import Mapping
from itertools import product

import numpy as np

from grid_assessment.synthesis.reference import Categories
from grid_assessment.synthesis.streams import Bools, Ints, largest_remainder, weighted

# A category with at least this share (percent) of its pool is always handled at once.
_PROMPT_PERCENT = 10


class _Pool:
    """A shuffled stock of categories of which cases take the first ones that fit."""

    def __init__(self, weights: Ints, size: int, rng: np.random.Generator) -> None:
        counts = largest_remainder(size if weights.any() else 0, weights.tolist())
        self.weights, self._rng = weights, rng
        self._stock = rng.permutation(np.repeat(np.arange(len(weights)), counts))

    def take(self, size: int, allowed: Bools) -> Ints:
        """Return ``size`` categories within ``allowed``; drawn by weight once stock is out."""
        found = np.flatnonzero(allowed[self._stock])[:size]
        taken = self._stock[found]
        self._stock = np.delete(self._stock, found)
        if len(taken) < size:
            fitting = np.where(allowed, np.maximum(self.weights, 1), 0)
            extra = weighted(self._rng, fitting.tolist(), size - len(taken))
            taken = np.concatenate([taken, extra])
        return taken

    def take_distinct(self, size: int, allowed: Bools) -> Ints:
        """Return up to ``size`` different categories within ``allowed``."""
        fitting = np.flatnonzero(allowed[self._stock])
        _, first = np.unique(self._stock[fitting], return_index=True)
        found = fitting[np.sort(first)[:size]]
        taken = self._stock[found]
        self._stock = np.delete(self._stock, found)
        return taken


class Constraints:
    """What each case demands of its category, as columns of equal length.

    Attributes:
        district: index of the district.
        is_key: a key case; is_complaint: a complaint-response case.
        is_district_tier: reported by the district's own supervisors.
        is_open, is_early, is_unlimited: open at the cutoff; due well before it; no deadline.
        street_order: 1 in the two street-order groups, 0 outside, -1 either.
        is_component: of the class of components (matters in groups only).
        category: index of the one category that fits, or -1.
        group: cases that share it take their categories from one exact stock; -1 for none.

    """

    def __init__(self, columns: Mapping[str, Ints]) -> None:
        """Keep the columns."""
        self.district = columns["district"]
        self.is_key = columns["is_key"] == 1
        self.is_complaint = columns["is_complaint"] == 1
        self.is_district_tier = columns["is_district_tier"] == 1
        self.is_open = columns["is_open"] == 1
        self.is_early = columns["is_early"] == 1
        self.is_unlimited = columns["is_unlimited"] == 1
        self.street_order = columns["street_order"]
        self.is_component = columns["is_component"] == 1
        self.category = columns["category"]
        self.group = columns["group"]


def deal_categories(
    cases: Constraints,
    categories: Categories,
    is_short_limit: Bools,
    required: Ints,
    rng: np.random.Generator,
) -> Ints:
    """Return the index of a category for every case.

    Args:
        cases: the constraints of the cases.
        categories: the catalogue with the mix.
        is_short_limit: by category, whether an early case's deadline lies before the cutoff.
        required: by district, how many distinct categories its supervisors have to report.
        rng: the stream of the month's cases.

    """
    dealer = _Dealer(cases, categories, is_short_limit, rng)
    dealer.deal_groups()
    dealer.deal_pools(required)
    return dealer.dealt


class _Dealer:
    """Deals one month: ``dealt`` has the category of each case, -1 while it has none."""

    def __init__(
        self,
        cases: Constraints,
        categories: Categories,
        is_short_limit: Bools,
        rng: np.random.Generator,
    ) -> None:
        self._cases, self._categories = cases, categories
        self._is_short_limit, self._rng = is_short_limit, rng
        self.dealt = cases.category.copy()

    def deal_groups(self) -> None:
        """Deal to each group the categories of its class in the proportions of the mix, exactly.

        Cases that are late or overdue take those of a short limit, as far as there are any.
        """
        cases, rng = self._cases, self._rng
        order = np.argsort(cases.group, kind="stable")
        starts = np.flatnonzero(np.diff(cases.group[order], prepend=-1))
        for places in np.split(order, starts)[1:]:
            weights = self._group_weights(int(places[0]))
            counts = largest_remainder(len(places), weights.tolist())
            stock = rng.permutation(np.repeat(np.arange(len(weights)), counts))
            stock = stock[np.argsort(~self._is_short_limit[stock], kind="stable")]
            early = cases.is_early[places]
            count = int(early.sum())
            self.dealt[places[early]] = rng.permutation(stock[:count])
            self.dealt[places[~early]] = rng.permutation(stock[count:])

    def _group_weights(self, case: int) -> Ints:
        """Return the mix of the group of a case: categories that cells name are not in it."""
        cases, categories = self._cases, self._categories
        is_key, is_complaint = bool(cases.is_key[case]), bool(cases.is_complaint[case])
        alike = (cases.is_key == is_key) & (cases.is_complaint == is_complaint)
        is_named = np.isin(np.arange(len(categories.codes)), cases.category[alike])
        is_component = np.array([code == "component" for code in categories.class_codes])
        fits = (categories.limits == 0) == cases.is_unlimited[case]
        fits &= categories.is_street_order == (cases.street_order[case] == 1)
        fits &= is_component == cases.is_component[case]
        return np.where(fits & ~is_named, categories.pools[is_key, is_complaint], 0)

    def deal_pools(self, required: Ints) -> None:
        """Deal to the cases that no group has, pool by pool."""
        cases, categories = self._cases, self._categories
        for is_key in (True, False):
            for is_complaint in (True, False):
                for is_unlimited in (True, False):
                    members = (
                        (cases.is_key == is_key)
                        & (cases.is_complaint == is_complaint)
                        & (cases.is_unlimited == is_unlimited)
                        & (self.dealt < 0)
                    )
                    weights = categories.pools[is_key, is_complaint]
                    weights = np.where((categories.limits == 0) == is_unlimited, weights, 0)
                    if members.any():
                        pool = _Pool(weights, int(members.sum()), self._rng)
                        self._deal_pool(pool, members, required)

    def _deal_pool(self, pool: _Pool, members: Bools, required: Ints) -> None:
        """Deal one pool: the most constrained first, then distinct categories, then the rest."""
        cases, categories, weights = self._cases, self._categories, pool.weights
        known = (categories.limits == 0) == bool(cases.is_unlimited[members][0])
        known &= (weights > 0) if weights.any() else True
        prompt = weights * 100 >= _PROMPT_PERCENT * max(1, int(weights.sum()))
        is_bound = cases.is_open | cases.is_early | (cases.street_order >= 0)
        for is_open, is_early, street_order in product((True, False), (True, False), (0, 1, -1)):
            wanted = members & (cases.is_open == is_open) & (cases.is_early == is_early)
            wanted &= cases.street_order == street_order
            allowed = known.copy()
            if is_open and not cases.is_complaint[members][0]:
                allowed &= ~prompt
            if is_early:
                allowed &= self._is_short_limit
            if street_order >= 0:
                allowed &= categories.is_street_order == (street_order == 1)
            if (~is_bound & wanted).any():
                self._deal_distinct(pool, members & ~is_bound, allowed, required)
                wanted &= self.dealt < 0
            fitting = allowed if allowed.any() else known
            self.dealt[wanted] = pool.take(int(wanted.sum()), fitting)

    def _deal_distinct(self, pool: _Pool, members: Bools, allowed: Bools, required: Ints) -> None:
        """Give each district's supervisors half of the required distinct categories."""
        cases = self._cases
        sizes = np.bincount(cases.district[members], minlength=len(required))
        for district in np.argsort(sizes, kind="stable").tolist():
            places = np.flatnonzero(members & cases.is_district_tier & (cases.district == district))
            wanted = min(len(places), (int(required[district]) + 3) // 2)
            taken = pool.take_distinct(wanted, allowed)
            self.dealt[places[: len(taken)]] = taken
