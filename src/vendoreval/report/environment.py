"""The templates' environment: sandboxed, escaping everything, deaf to undefined names."""

from __future__ import annotations

from functools import lru_cache

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from vendoreval.errors import Problem
from vendoreval.report.brand import PLAIN, Brand
from vendoreval.report.masking import clean_text
from vendoreval.report.report_error import ReportError
from vendoreval.resources import resource_folder
from vendoreval.text import language, msg

__all__ = ["TemplateError", "environment", "fill", "forget"]


# what a client's own template may stumble over
_OF_OWN_TEMPLATES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def environment(code: str, brand: Brand = PLAIN) -> ImmutableSandboxedEnvironment:
    """Return the environment of one language and one client's look."""
    if brand.templates is None and not brand.words:
        return _environment(code, PLAIN)
    return _environment(code, brand)


def fill(code: str, brand: Brand, name: str, **values: object) -> str:
    """Return a template filled in.

    Raises
    ------
    ReportError
        If the template, or one it includes, is wrong: that of a client may be.
    """
    try:
        return environment(code, brand).get_template(name).render(**values)
    except (TemplateError, *_OF_OWN_TEMPLATES) as error:
        if brand.templates is None and not isinstance(error, TemplateError):
            raise
        line = getattr(error, "lineno", None)
        place = getattr(error, "name", None) or name
        raise ReportError(
            Problem(
                place,
                "" if line is None else str(line),
                msg("the template is wrong: %(reason)s", reason=str(error) or place),
                msg("a template as report_templates/README.md describes"),
                msg("mend it, or take it out of your own templates"),
            )
        ) from None


def forget() -> None:
    """Read every template anew at its next use."""
    _environment.cache_clear()


@lru_cache(maxsize=8)
def _environment(code: str, brand: Brand) -> ImmutableSandboxedEnvironment:
    own = [] if brand.templates is None else [brand.templates]
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([*own, resource_folder("report_templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
        extensions=["jinja2.ext.i18n"],
    )
    speak = language(code)
    words = brand.words.get(code, {})

    def translate(template: str) -> str:
        return words.get(template) or speak.translate(template)

    made.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        translate, speak.translate_plural, newstyle=True
    )
    return made


def _final(value: object) -> object:
    """Drop control and bidirectional characters from whatever a template prints."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean_text(value)
    return value
