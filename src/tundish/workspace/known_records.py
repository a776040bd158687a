"""The people and companies that are known already, by all that a row of a file may find them by."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tundish.journal.identity import mail_ref
from tundish.journal.readers.presets import SYSTEMS
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
        self._companies: dict[str, str] = {}
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

    def same_person(self, *, name: str, phone: str, ident: str) -> str | None:
        """The person of that name and telephone number; else the one whom the number names in a file
        of which nobody said the system (or in a system, where nobody says this file's), if the name
        is the same."""
        if not name:
            return None
        if phone and (found := self.find(PERSON, "phone and name", f"{phone} {name}")):
            return found
        for system in ("",) if self.system else SYSTEMS:
            ref = outside_ref(system, ident, secret=self.secret) if ident else ""
            found = self._found.get((PERSON, "external_id", ref)) or ref
            if ref and self._found.get((PERSON, "name of", f"{found} {_words(name)}")):
                return self._final.get(found, found)
        return None

    def learn_person(self, person: str, *, name: str, phone: str) -> None:
        """A person's name, by itself and with the telephone number."""
        self._found[PERSON, "name of", f"{person} {_words(name)}"] = person
        if phone:
            self.learn(PERSON, "phone and name", f"{phone} {name}", person)

    def company_name(self, company: str) -> str:
        """What a company is called; its id where nobody said."""
        return self._companies.get(company) or company

    def learn_company(self, company: str, name: str) -> None:
        """What a company is called that has no name yet."""
        if name:
            self._companies.setdefault(company, name)

    def named_person(self, name: str, *, company: str | None) -> str | None:
        """The one person of that name, or of that name in that company."""
        ref = named_ref(name, company=company or "", secret=self.secret)
        if self.is_there(PERSON, ref):
            return ref
        return self._names.get(_words(name))

    def learn(self, kind: str, name: str, value: str, record: str) -> bool:
        """From now on the key finds the record; whether that was new."""
        key = (kind, name, self.plain(name, value))
        if self._found.get(key) == record:
            return False
        self._found[key] = record
        return True

    def learn_name(self, name: str, person: str) -> None:
        """A person's name; of two with the same name neither is found by it."""
        plain = _words(name)
        known = self._names.get(plain, person)
        self._names[plain] = person if known == person else None

    def _plain(self, name: str, value: str) -> str:
        """A key's value as it is compared and kept."""
        if name == "email":
            return mail_ref(value, secret=self.secret)
        if name in ("phone", "phone and name"):
            return phone_ref(value, secret=self.secret)
        if name == "external_id":
            return outside_ref(self.system, value, secret=self.secret)
        return value if name == "id" else _words(value)

    def _read(self, connection: Any) -> Iterator[tuple[tuple[str, str, str], str]]:
        rows = execute(connection, "SELECT id, name, email, phone FROM person").fetchall()
        for record, name, email, phone in rows:
            yield (PERSON, "id", record), record
            if email:
                yield (PERSON, "email", mail_ref(email, secret=self.secret)), record
            digits = digits_of(phone or "")
            if digits:
                yield (PERSON, "phone", phone_ref(digits, secret=self.secret)), record
            if name:
                self.learn_name(name, record)
                self.learn_person(record, name=name, phone=digits)
        for record, name, text in execute(
            connection, "SELECT id, name, properties FROM company"
        ).fetchall():
            yield (COMPANY, "id", record), record
            yield (COMPANY, "name", self.plain("name", record)), record
            if name:
                self._companies[record] = name
                yield (COMPANY, "name", self.plain("name", name)), record
            if domain := domain_of(record):
                yield (COMPANY, "domain", domain), record
            if text and '"domain"' in text:
                yield (COMPANY, "domain", str(json.loads(text)["domain"]).casefold()), record
        for kind, name, value, record in import_keys.keys(connection):
            yield (kind, name, value), record
            yield (kind, "id", record), record


def _words(name: str) -> str:
    """A name as it is compared."""
    return " ".join(name.casefold().split())
