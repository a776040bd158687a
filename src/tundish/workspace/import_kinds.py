"""The kinds of files that can be imported."""

from tundish.journal.readers.record_fields import COMPANIES, PEOPLE

CRM, WEBLOG, EVENTS = "crm-opportunities", "weblog", "events"
KINDS = (CRM, PEOPLE, COMPANIES, EVENTS, WEBLOG)
"""What `--as` and the import page take."""
ALONG = ("companies", "teams", "products")
"""Tables that may come along with deals, to say more about them; companies may also come alone."""
