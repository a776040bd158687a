"""Exports with Arabic headers and stages are read as they are."""

from collections import Counter

from tundish.journal.readers import csv_events, opportunities
from tundish.journal.readers.detect import detect
from tundish.journal.readers.reading import Options

DEALS = """رقم الصفقة;المرحلة;تاريخ الإنشاء;تاريخ الإغلاق;القيمة;الشركة;المسؤول
1;فوز;13/01/2026;20/02/2026;1200;شركة النور;ليلى
2;خسارة;14/01/2026;25/02/2026;;شركة الأفق;ليلى
3;التفاوض;15/01/2026;;500;شركة النور;سامي
"""
EVENTS = "الشخص,الحدث,التاريخ\nu1,page_viewed,2026-01-01\nu2,page_viewed,2026-01-02\n"


def test_arabic_deals_are_recognised_and_won_and_lost_told_apart():
    assert detect(DEALS.encode(), name="deals.csv").kind == "crm-opportunities"
    reading = opportunities.read(DEALS.encode(), options=Options(secret=b"k", currency="SAR"))
    assert reading.rejects == []
    assert Counter(e.name for e in reading.events) == {
        "deal_created": 3, "deal_engaged": 1, "deal_won": 1, "deal_lost": 1,
    }  # fmt: skip
    assert {e.company for e in reading.events} == {"شركة النور", "شركة الأفق"}


def test_arabic_events_are_recognised():
    assert detect(EVENTS.encode(), name="events.csv").kind == "events"
    reading = csv_events.read(EVENTS.encode(), options=Options(secret=b"k"))
    assert [e.person for e in reading.events] == ["u1", "u2"]
