"""What goes wrong when a report is drawn or written."""

from vendoreval.errors import VendorevalError


class ReportError(VendorevalError):
    """The report cannot be drawn or written on this machine."""

    exit_code = 5
