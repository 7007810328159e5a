"""Which strings of digits are personal numbers. Pure arithmetic: no text, no places, no messages.

The rule of the national identity number is Skatteetaten's: DDMMYY, three digits, two check digits.
From 2032 the first check digit may leave a remainder of 0, 1, 2 or 3, and neither sex nor century
can be read from the number, so no number is refused or accepted because of an age.
"""

from __future__ import annotations

from collections.abc import Sequence

FNR_LENGTH = 11
# The check digit itself counts with weight 1, so a right number leaves the remainder named below.
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_FIRST_REMAINDERS = frozenset({0, 1, 2, 3})
_ORGNR_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 1)
_D_NUMBER = 40
# Ordinary, H-number and the three series of test numbers, by what is added to the month.
_MONTH_SHIFTS = (0, 40, 65, 80)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY = 2
_LEAP_YEARS = 4
_LUHN_CARRY = 9


def is_fnr(digits: str) -> bool:
    """True when 11 digits hold a possible date and both check digits, in any known variant.

    Args:
        digits: ASCII digits only.

    References:
        Skatteetaten, fødselsnummer, rules before and from 2032. D-number: day plus 40. H- and test
        numbers: month plus 40, 65 or 80, also together with a D-number.
    """
    if len(digits) != FNR_LENGTH or not has_birth_date(digits):
        return False
    first = _weighted(digits, _FIRST_WEIGHTS) % 11
    return first in _FIRST_REMAINDERS and _weighted(digits, _SECOND_WEIGHTS) % 11 == 0


def has_birth_date(digits: str) -> bool:
    """True when the first six digits are DDMMYY, day and month shifted or not.

    29 February counts in every fourth year: which century is meant cannot be known.
    """
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= _D_NUMBER if day > _D_NUMBER else 0
    return any(is_day(day, month - shift, year) for shift in _MONTH_SHIFTS)


def is_day(day: int, month: int, year: int) -> bool:
    """True when the day exists in that month; `year` may have two or four digits."""
    if not 1 <= month <= len(_DAYS) or not 1 <= day <= _DAYS[month - 1]:
        return False
    return not (month == _FEBRUARY and day == _DAYS[1] and year % _LEAP_YEARS)


def is_orgnr(digits: str) -> bool:
    """True when nine digits pass the modulus 11 of the register of legal entities."""
    return len(digits) == len(_ORGNR_WEIGHTS) and _weighted(digits, _ORGNR_WEIGHTS) % 11 == 0


def passes_luhn(digits: str) -> bool:
    """True when the last digit is the Luhn check digit of the others (IMEI: 15 digits)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - _LUHN_CARRY if value > _LUHN_CARRY else value
    return total % 10 == 0


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
