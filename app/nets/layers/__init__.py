"""Layers, a file per type; the list below is all that knows them."""

from app.nets.layers.dense import DENSE
from app.nets.layers.record import Layer

LAYERS: dict[str, Layer] = {each.type: each for each in (DENSE,)}
