"""Write `schemas/audit.schema.json` from the models: ``python -m vendoreval.report.schema``."""

from __future__ import annotations

import json
import sys
from typing import Any

from vendoreval.report.models import SCHEMA_VERSION, AuditDocument
from vendoreval.resources import resource_folder

FILE_NAME = "audit.schema.json"


def audit_schema() -> dict[str, Any]:
    """Return the JSON Schema of `audit.json`."""
    schema = AuditDocument.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": f"vendoreval audit {SCHEMA_VERSION}",
    }


def schema_text() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(audit_schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the file."""
    (resource_folder("schemas") / FILE_NAME).write_text(schema_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
