"""Layers, by what they do; the list below is all that knows them."""

from collections.abc import Mapping

from app.nets.layers.attention import ATTENTION
from app.nets.layers.conv2d import CONV2D
from app.nets.layers.dense import DENSE
from app.nets.layers.dropout import DROPOUT
from app.nets.layers.embedding import EMBEDDING
from app.nets.layers.norms import BATCH_NORM, LAYER_NORM
from app.nets.layers.pooling import AVG_POOL, MAX_POOL
from app.nets.layers.record import Layer
from app.nets.layers.recurrent import LSTM, RNN
from app.nets.layers.reshaping import ACTIVATION, FLATTEN
from app.nets.layers.residual import RESIDUAL

LAYERS: Mapping[str, Layer] = {
    each.type: each
    for each in (
        DENSE, CONV2D, MAX_POOL, AVG_POOL, FLATTEN, DROPOUT, LAYER_NORM, BATCH_NORM, EMBEDDING, RNN, LSTM, ATTENTION,
        RESIDUAL, ACTIVATION,
    )
}  # fmt: skip
