"""The templates' environment: sandboxed, escaping everything, deaf to undefined names."""

from __future__ import annotations

from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from vendoreval.report.masking import clean_text
from vendoreval.resources import resource_folder
from vendoreval.text import language

__all__ = ["TemplateError", "environment"]


@cache
def environment(code: str) -> ImmutableSandboxedEnvironment:
    """Return the environment of one language."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(resource_folder("report_templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
        extensions=["jinja2.ext.i18n"],
    )
    speak = language(code)
    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        speak.translate, speak.translate_plural, newstyle=True
    )
    return made


def _final(value: object) -> object:
    """Drop control and bidirectional characters from whatever a template prints."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean_text(value)
    return value
