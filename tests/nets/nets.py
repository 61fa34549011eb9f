"""Nets for the tests: compiled, run, and seen."""

from app.engine.run import backprop
from app.lang import trace
from app.nets.compile import compile_net
from app.nets.configuration import read_configuration
from app.nets.health import findings
from app.nets.seen import layers_seen


def dense(units, activation="linear", **more):
    """A dense layer as plain data."""
    return {"type": "dense", "units": units, "activation": activation, **more}


def compiled(input_, layers, x=None, y=None, **more):
    """A net; its data by name, or as arrays."""
    data = more.pop("data", None) or {"x": x, "y": y}
    return compile_net(read_configuration({"input": input_, "layers": layers, "data": data, **more}))


def ran(net):
    """Its program's run, and the nodes of its variables."""
    traced = trace(net.program, inputs=dict(net.given), output=net.loss)
    names = {name: int(node) for name, node in traced.names.items()}
    return backprop(traced.graph, traced.output, wrt=[names[each] for each in net.wrt]), names


def found(net):
    """The codes of what is wrong with it, with the findings."""
    run, names = ran(net)
    several = findings(net, run, layers_seen(net, run, names), net.parameters)
    return {each.code: each for each in several}
