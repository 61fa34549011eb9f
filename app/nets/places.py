"""Layers in their places: which shapes go in and come out, and how parameters are called."""

from collections.abc import Sequence

from app.nets.layers.record import DoesNotFit, Place, Shape, Spec
from app.nets.problems import Problems


def placed(specs: Sequence[Spec], takes: Shape, problems: Problems, path: str = "layers", above: str = "",
           ) -> tuple[Place, ...]:  # fmt: skip
    """Every layer after the one before; where one does not fit, that is said and the rest left out."""
    found: list[Place] = []
    for i, spec in enumerate(specs):
        number = f"{above}{i + 1}"
        try:
            place = one(spec, takes, problems, f"{path}[{i}]", number)
        except DoesNotFit as error:
            problems.add(f"{path}[{i}]", "shape_mismatch", error.message, error.hint)
            break
        found.append(place)
        takes = place.gives
    return tuple(found)


def one(spec: Spec, takes: Shape, problems: Problems, path: str, number: str) -> Place:
    """One layer, and those inside it.  Raises DoesNotFit."""
    inside = placed(spec.inside, takes, problems, f"{path}.layers", f"{number}_")
    if len(inside) < len(spec.inside):
        return Place(spec, number, takes, takes, {}, inside)
    if spec.record.nested and inside[-1].gives != takes:
        raise DoesNotFit(f"adds what goes in, {list(takes)}, to what its layers give, {list(inside[-1].gives)}; both"
                         " must be alike", "change the last layer inside")  # fmt: skip
    gives = spec.record.shape(takes, spec)
    parameters = {each.stem: each for each in spec.record.parameters(takes, spec.options)}
    return Place(spec, number, takes, gives, parameters, inside)
