"""Errors named by what the caller should do. The command line prints `str(error)` as one line and exits with `exit_code`."""


class LeadlineError(Exception):
    """Base of every error that Leadline raises on purpose; the message names the thing at fault and the remedy."""

    exit_code = 2


class ConfigurationError(LeadlineError):
    """A setting, a service address or an installation is wrong: fix the setting that the message names."""


class UserDataError(LeadlineError):
    """A file of the user's cannot be used: fix the file (and row or field) that the message names."""


class StorageError(LeadlineError):
    """The home folder cannot be read or written (full disk, permissions): free space or fix access, then run again."""


class BundleIntegrityError(LeadlineError):
    """A policy bundle differs from what was registered: the message names the field or file that differs."""


class GateRefused(LeadlineError):
    """A promotion was asked for a version that has not passed the gate."""


class OrderRejected(LeadlineError):
    """The broker refused an order for good; sending it again cannot help."""


class RetryableBrokerError(LeadlineError):
    """The broker could not be asked; the same request may be sent again under the same client order id."""
