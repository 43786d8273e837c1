"""The models of bodies and answers as JSON Schemas, which refer to each other by name."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

Schema = dict[str, Any]
PLACE = "#/components/schemas/{model}"
TAKEN: JsonSchemaMode = "validation"
GIVEN: JsonSchemaMode = "serialization"


class _Readable(GenerateJsonSchema):
    """Pydantic's schemas, without what tells a reader nothing."""

    def normalize_name(self, name: str) -> str:
        """Return a model's name without brackets: `OneClient`."""
        return super().normalize_name(name.replace("[", "").replace("]", ""))

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic's signature
        """Leave members without a title: it would be their name once more."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out a default that says no more than that the member may be left out."""
        written = super().default_schema(schema)
        if "default" in written and written["default"] in (None, "", []):
            del written["default"]
        return written

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Write `["string", "null"]` rather than one of two schemas, where that says the same."""
        inner = self.generate_inner(schema["schema"])
        if "type" not in inner or "const" in inner:
            return super().nullable_schema(schema)
        if "enum" in inner:
            inner = {**inner, "enum": [*inner["enum"], None]}
        return {**inner, "type": [inner["type"], "null"]}


class Schemas:
    """The schemas of some bodies and answers, and of all that these hold."""

    def __init__(self, bodies: Iterable[type[BaseModel]], answers: Iterable[type[BaseModel]]) -> None:
        taken = [(model, TAKEN) for model in dict.fromkeys(bodies)]
        given = [(model, GIVEN) for model in dict.fromkeys(answers)]
        self._places, whole = models_json_schema(
            [*taken, *given], ref_template=PLACE, schema_generator=_Readable
        )
        self.by_name: dict[str, Schema] = whole["$defs"]
        del self.by_name["JsonValue"]  # nothing refers to it: `ReadAs` tells more
        for name, schema in self.by_name.items():
            schema["title"] = name

    def taken(self, model: type[BaseModel]) -> Schema:
        """Return the reference to a body's schema."""
        return dict(self._places[model, TAKEN])

    def given(self, model: type[BaseModel]) -> Schema:
        """Return the reference to an answer's schema."""
        return dict(self._places[model, GIVEN])

    def at(self, schema: Schema) -> Schema:
        """Return the schema that a reference stands for; any other stands for itself."""
        place = schema.get("$ref")
        return schema if place is None else self.by_name[place.rpartition("/")[2]]
