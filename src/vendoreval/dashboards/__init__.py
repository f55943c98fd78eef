"""A page a manager can open at any time: every vendor, agent and day in one offline file."""

from vendoreval.dashboards.written import dashboard

__all__ = ["dashboard"]
