"""Datasets, by what they are made of; the list below is all that knows them."""

from collections.abc import Mapping

from app.nets.datasets.curves import HILLS, PLANE, SINE, STEP
from app.nets.datasets.digits import DIGITS
from app.nets.datasets.planar import CIRCLE, GAUSS, MOONS, SPIRAL, XOR
from app.nets.datasets.record import Dataset

DATASETS: Mapping[str, Dataset] = {
    each.name: each for each in (XOR, CIRCLE, GAUSS, SPIRAL, MOONS, PLANE, HILLS, SINE, STEP, DIGITS)
}
