"""What every check asks, how, and how often it errs: one text for all who print it."""

from vendoreval.explaining.explain import Explanation, Explanations, explain
from vendoreval.explaining.lines import details
from vendoreval.explaining.pages import catalogue_markdown

__all__ = ["Explanation", "Explanations", "catalogue_markdown", "details", "explain"]
