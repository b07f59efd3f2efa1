"""File names inside a session's folder."""

JOURNAL = "journal.sqlite"
REPORT = "report.json"
PICTURE = "equity.png"
TEXT = "report.md"
