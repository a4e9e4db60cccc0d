"""What receipts say, in English and in Korean; every shop, number and person is invented."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ..functional.files import read_json
from .randomness import Rng, pick

_PHRASES = Path(__file__).parent / 'phrases'


def fill(rng: Rng, pattern: str) -> str:
    """Replace each ``#`` by a digit and each ``@`` by a capital: ``@#-##`` gives ``K3-08``."""
    swap = {'#': lambda: str(int(rng.integers(10))), '@': lambda: chr(65 + int(rng.integers(26)))}
    return ''.join(swap[sign]() if sign in swap else sign for sign in pattern)


@dataclass(frozen=True)
class Language:
    """One language's stock of phrases; ``labels`` maps a role to the ways of saying it."""

    code: str
    price_range: tuple[float, float]
    price_step: float
    price_patterns: list[str]
    shops: list[str]
    slogans: list[str]
    streets: list[str]
    towns: list[str]
    people: list[str]
    goods: list[str]
    dishes: list[str]
    works: list[str]
    fuels: list[str]
    offers: list[str]
    wishes: list[str]
    thanks: list[str]
    policies: list[str]
    labels: dict[str, list[str]]

    def label(self, rng: Rng, role: str) -> str:
        """A way of saying ``role``."""
        return pick(rng, self.labels[role])

    def price(self, rng: Rng, factor: float = 1.0) -> float:
        """A price, log-uniform in the language's range times ``factor``."""
        low, high = np.log(self.price_range)
        steps = np.exp(rng.uniform(low, high)) * factor / self.price_step
        return max(1, round(float(steps))) * self.price_step


@lru_cache
def language(code: str) -> Language:
    """The phrases of ``'en'`` or ``'ko'``."""
    return Language(**read_json(_PHRASES / f'{code}.json'))
