"""Numbers as the page prints them, read back and held against what they stand for."""

import math
import re

POWER = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text):
    """The number that a printed text stands for: "−4.6×10⁻⁴", "∞", "NaN"."""
    mantissa, exponent = parts(text)
    return float(mantissa) * 10.0**exponent if exponent else float(mantissa)


def parts(text):
    """Mantissa, as Python reads it, and exponent of a printed number."""
    mantissa, _, power = text.strip().replace("−", "-").replace("∞", "inf").partition("×10")
    return mantissa, int(power.translate(POWER) or 0)


def prints(text, value):
    """Whether a printed number is this value, rounded to no less than two digits, to where its own digits end."""
    value, shown = float(value), read(text)
    if math.isnan(value):
        return math.isnan(shown)
    if math.isinf(value) or value == 0:
        return shown == value
    mantissa, exponent = parts(text)
    half = 0.5 * 10.0 ** (exponent - len(mantissa.partition(".")[2]))
    digits = len(re.sub(r"\D", "", mantissa).lstrip("0"))
    exact = abs(shown - value) <= 1e-12 * abs(value)
    return exact or (digits >= 2 and abs(shown - value) <= half * (1 + 1e-9))
