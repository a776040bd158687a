"""The people and companies that are known already, by all that a row of a file may find them by."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tundish.journal.identity import mail_ref
from tundish.journal.readers.record_refs import named_ref, outside_ref, phone_ref
from tundish.journal.readers.record_rows import digits_of, domain_of
from tundish.stores import import_keys, journal
from tundish.stores.dialect import execute

if TYPE_CHECKING:
    from tundish.workspace.workspace import Workspace

PERSON, COMPANY = "person", "company"


class KnownRecords:
    """Record ids by (kind, name of the key, value); it learns as the import goes.

    Read once at the start. Values of personal keys are keyed hashes.
    """

    def __init__(self, workspace: "Workspace", *, secret: bytes, system: str) -> None:
        self.secret = secret
        self.system = system
        # Every key of a row is asked for several times, one row after the other.
        self.plain = lru_cache(maxsize=4096)(self._plain)
        self._found: dict[tuple[str, str, str], str] = {}
        self._names: dict[str, str | None] = {}
        self._final: Mapping[str, str] = journal.final_ids(workspace.connection)
        for key, record in self._read(workspace.connection):
            self._found[key] = record

    def find(self, kind: str, name: str, value: str) -> str | None:
        """The record with that key; merged people are their survivor."""
        record = self._found.get((kind, name, self.plain(name, value)))
        return record if record is None or kind != PERSON else self._final.get(record, record)

    def is_there(self, kind: str, record: str) -> bool:
        """Whether there is a record with that id."""
        return (kind, "id", record) in self._found

    def named_person(self, name: str, *, company: str | None) -> str | None:
        """The one person of that name, or of that name in that company."""
        ref = named_ref(name, company=company or "", secret=self.secret)
        if self.is_there(PERSON, ref):
            return ref
        return self._names.get(" ".join(name.casefold().split()))

    def learn(self, kind: str, name: str, value: str, record: str) -> bool:
        """From now on the key finds the record; whether that was new."""
        key = (kind, name, self.plain(name, value))
        if self._found.get(key) == record:
            return False
        self._found[key] = record
        return True

    def learn_name(self, name: str, person: str) -> None:
        """A person's name; of two with the same name neither is found by it."""
        plain = " ".join(name.casefold().split())
        known = self._names.get(plain, person)
        self._names[plain] = person if known == person else None

    def _plain(self, name: str, value: str) -> str:
        """A key's value as it is compared and kept."""
        if name == "email":
            return mail_ref(value, secret=self.secret)
        if name == "phone":
            return phone_ref(value, secret=self.secret)
        if name == "external_id":
            return outside_ref(self.system, value, secret=self.secret)
        return value if name == "id" else " ".join(value.casefold().split())

    def _read(self, connection: Any) -> Iterator[tuple[tuple[str, str, str], str]]:
        rows = execute(connection, "SELECT id, name, email, phone FROM person").fetchall()
        for record, name, email, phone in rows:
            yield (PERSON, "id", record), record
            if email:
                yield (PERSON, "email", mail_ref(email, secret=self.secret)), record
            if phone and (digits := digits_of(phone)):
                yield (PERSON, "phone", phone_ref(digits, secret=self.secret)), record
            if name:
                self.learn_name(name, record)
        for record, name, text in execute(
            connection, "SELECT id, name, properties FROM company"
        ).fetchall():
            yield (COMPANY, "id", record), record
            yield (COMPANY, "name", self.plain("name", record)), record
            if name:
                yield (COMPANY, "name", self.plain("name", name)), record
            if domain := domain_of(record):
                yield (COMPANY, "domain", domain), record
            if text and '"domain"' in text:
                yield (COMPANY, "domain", str(json.loads(text)["domain"]).casefold()), record
        for kind, name, value, record in import_keys.keys(connection):
            yield (kind, name, value), record
            yield (kind, "id", record), record
