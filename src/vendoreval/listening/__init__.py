"""Listening to calls: what was heard and became of the advice, and what to hear next."""

from vendoreval.listening.chosen import ListeningList, draw_calls
from vendoreval.listening.heard import AgentHeard, Reviews, StageHeard, reviews

__all__ = ["AgentHeard", "ListeningList", "Reviews", "StageHeard", "draw_calls", "reviews"]
