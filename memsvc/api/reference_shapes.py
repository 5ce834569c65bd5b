"""What the OpenAPI schema says of values: their kind in words, and an example of each.

Pure functions of the schema, for the page of the documentation.
"""

from __future__ import annotations

from typing import Any

SHAPES = "#/components/schemas/"
NESTED_FIELDS = 6
"""Fields of an object within an answer's example; its table has all."""

Schema = dict[str, Any]


def title_of(name: str) -> str:
    """A shape's name as readers see it: without the path of its module, unless it needs one.

    >>> title_of("memsvc__core__conflict__Reason"), title_of("BehaviorWire-Input")
    ('Reason of conflict', 'BehaviorWire-Input')
    """
    path = name.split("__")
    return name if len(path) == 1 else f"{path[-1]} of {path[-2]}"


def kind_of(field: Schema) -> str:
    """What a value is, in Markdown; a shape is linked to its heading."""
    if "$ref" in field:
        title = title_of(field["$ref"].removeprefix(SHAPES))
        return f"[{title}](#{anchor(title)})"
    for either in ("anyOf", "oneOf"):
        if either in field:
            return " or ".join(dict.fromkeys(map(kind_of, field[either])))
    if "enum" in field or "const" in field:
        return ", ".join(f"`{one}`" for one in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {kind_of(field.get('items', {}))}"
    return str(field.get("format") or field.get("type") or "any")


def anchor(heading: str) -> str:
    """How a heading is linked to, where Markdown is shown."""
    kept = (sign for sign in heading.lower() if sign.isalnum() or sign in " -_")
    return "".join(kept).replace(" ", "-")


class Examples:
    """Values that the examples of the fields make together."""

    def __init__(self, shapes: Schema) -> None:
        self._shapes = shapes

    def asked(self, field: Schema) -> Any:
        """The least that a request may say: what is required, or one field where nothing is."""
        shape = self._shape(field)
        if "properties" not in shape:
            return self._value(shape, self.asked)
        if shape.get("examples"):
            return shape["examples"][0]
        either = (shape.get("oneOf") or shape.get("anyOf") or [{}])[0]
        required = [*shape.get("required", []), *either.get("required", [])]
        least = max(shape.get("minProperties", 1), len(required))
        names = list(dict.fromkeys([*required, *shape["properties"]]))[:least]
        return {name: self._value(shape["properties"][name], self.asked) for name in names}

    def answered(self, field: Schema) -> Any:
        """A whole answer; objects within it are shortened."""
        shape = self._shape(field)
        if "properties" not in shape:
            return self._value(shape, self._nested)
        return {
            name: self._value(described, self._nested)
            for name, described in shape["properties"].items()
        }

    def _nested(self, field: Schema) -> Any:
        shape = self._shape(field)
        if "properties" not in shape:
            return self._value(shape, self._nested)
        fields = list(shape["properties"].items())[:NESTED_FIELDS]
        return {name: self._value(described, self._nested) for name, described in fields}

    def _value(self, field: Schema, inner: Any) -> Any:
        """The field's own example, or what `inner` makes of the shape it refers to."""
        shown = (field.get("examples") or [None])[0]
        # An empty list of shapes tells nothing.
        if shown or (shown is not None and "$ref" not in field.get("items", {})):
            return shown
        if "$ref" in field or "anyOf" in field:
            return inner(field)
        if "enum" in field:
            return field["enum"][0]
        if field.get("type") == "array":
            return [inner(field.get("items", {}))]
        return field.get("const", field.get("default"))

    def _shape(self, field: Schema) -> Schema:
        """The shape that a field refers to, through any number of steps; null is not it."""
        while "$ref" in field or "anyOf" in field:
            if "$ref" in field:
                field = self._shapes[field["$ref"].removeprefix(SHAPES)]
            elif "properties" in field:
                break
            else:
                field = next(one for one in field["anyOf"] if one.get("type") != "null")
        return field
