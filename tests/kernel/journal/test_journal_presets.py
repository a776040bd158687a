"""Whose export a table is, by its headers; where the header stands; how dates are written."""

import csv
import re

import pytest

from tests.shared import shared
from tundish.journal.readers.csv_rows import Row, csv_rows
from tundish.journal.readers.detect import detect
from tundish.journal.readers.habits_told import date_order_told
from tundish.journal.readers.mapping_words import columns_of, read_said
from tundish.journal.readers.preset_events import long_id
from tundish.journal.readers.presets import preset_of, presets
from tundish.journal.readers.record_fields import FIELDS, RECORDS
from tundish.terms import InputError

# As the vendors' documentation and importers write them.
# ruff: noqa: E501
LAYOUTS = {
    "hubspot.contacts": "Record ID, First Name, Last Name, Email, Phone Number, Mobile Phone Number,"
    " Contact owner, Lead Status, Lifecycle Stage, Marketing contact status, Job Title, Company Name, Associated Company,"
    " Website URL, City, Country/Region, Original Source, Create Date, Last Activity Date",
    "hubspot.companies": "Record ID, Company name, Company Domain Name, Industry, Number of Employees,"
    " Annual Revenue, Company owner",
    "hubspot.deals": "Record ID, Deal Name, Pipeline, Deal Stage, Amount, Close Date, Create Date,"
    " Deal owner, Closed Lost Reason, Closed Won Reason, Associated Company IDs (Primary), Associated Contact IDs",
    "pipedrive.deals": "Deal - ID, Deal - Title*, Deal - Value, Deal - Currency (of value), Deal - Stage,"
    " Deal - Status, Deal - Organization, Deal - Contact person, Deal - Won time, Deal - Lost reason",
    "pipedrive.people": "Person - Name*, Person - Email (Work), Person - Phone (Work), Person - Organization,"
    " Person - Label",
    "pipedrive.organizations": "Organization - Name, Organization - Address, Organization - Label",
    "pipedrive.activities": "Activity - Subject, Activity - Type, Activity - Due date",
    "pipedrive.notes": "Note - Content, Note - Deal, Note - Add time",
    "costs.by-day": "Day, Campaign, Cost, Currency code, Impressions, Clicks",
    "salesforce.leads": "First Name, Last Name, Company, Title, Email, Phone, Mobile, Lead Source,"
    " Lead Status, Rating, Industry, Annual Revenue, No. of Employees, Website, Email Opt Out, Record Owner, Lead ID",
    "salesforce.opportunities": "Id, Name, AccountId, StageName, Amount, Probability, CloseDate, LeadSource,"
    " IsClosed, IsWon, CampaignId, OwnerId, CreatedDate",
    "salesforce.opportunity-history": "OpportunityId, StageName, Amount, CloseDate, CreatedDate",
    "salesforce.contact-roles": "OpportunityId, ContactId, Role, IsPrimary",
    "salesforce.campaigns": "Name, Type, Status, BudgetedCost, ActualCost",
    "salesforce.campaign-members": "CampaignId, LeadId, ContactId, Status, FirstRespondedDate",
    "salesforce.tasks": "WhoId, WhatId, Subject, ActivityDate, Status",
    "mailchimp.members": "Email Address, First Name, Last Name, TAGS, MEMBER_RATING, OPTIN_TIME, OPTIN_IP,"
    " CONFIRM_TIME, LAST_CHANGED, LEID, EUID",
    "mailchimp.unsubscribed": "Email Address, First Name, OPTIN_TIME, UNSUB_TIME, UNSUB_CAMPAIGN_TITLE, LEID",
    "mailchimp.cleaned": "Email Address, First Name, OPTIN_TIME, CLEAN_TIME, CLEAN_CAMPAIGN_TITLE, LEID",
    "linkedin.connections": "First Name, Last Name, URL, Email Address, Company, Position, Connected On",
    "meta.lead-ads": "id, created_time, ad_id, ad_name, adset_name, campaign_name, form_id, platform,"
    " is_organic, full_name, email, phone_number",
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_each_export_is_known_whatever_the_case_and_punctuation_of_its_headers(name):
    headers = [header.strip() for header in LAYOUTS[name].split(",")]
    loud = [header.upper().replace(" ", "_") for header in headers]
    # Names in one piece are told apart by their capitals.
    in_pieces = not any(re.search("[a-z][A-Z]", header) for header in headers)
    for written in (headers, loud) if in_pieces else (headers,):
        found = preset_of(written)
        assert found is not None
        assert found.preset.name == name
        assert set(found.evidence) <= set(written)
        assert len(found.evidence) >= 2


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("hubspot/contact_data.csv", "hubspot.contacts"),
        ("hubspot/company_data.csv", "hubspot.companies"),
        ("hubspot/deal_data.csv", "hubspot.deals"),
        ("hubspot/deal_stage_data.csv", "hubspot.deal-stages"),
        ("hubspot/owner_data.csv", None),
        ("salesforce/sf_lead_data.csv", "salesforce.leads"),
        ("salesforce/sf_contact_data.csv", "salesforce.contacts"),
        ("salesforce/sf_account_data.csv", "salesforce.accounts"),
        ("salesforce/sf_opportunity_data.csv", "salesforce.opportunities"),
        ("salesforce/sf_task_data.csv", "salesforce.tasks"),
        ("salesforce/sf_user_data.csv", None),
        ("salesforce/sf_product_2_data.csv", None),
    ],
)
def test_tables_as_an_extraction_tool_lands_them_are_known_too(path, name):
    with shared(f"crm_export_headers/{path}").open(encoding="utf-8-sig", newline="") as file:
        found = preset_of(next(csv.reader(file)))
    assert (found and found.preset.name) == name


@pytest.mark.parametrize(
    "headers",
    ["name,email,phone", "opportunity_id,sales_agent,product,account,deal_stage,close_value",
     "account,sector,revenue", "event,time,person", "id"],
)  # fmt: skip
def test_a_table_of_ones_own_is_nobodys_export(headers):
    assert preset_of(headers.split(",")) is None


def test_every_field_that_a_preset_fills_is_one_of_its_kind():
    for preset in presets().values():
        if preset.kind in RECORDS:
            assert {*preset.columns, *preset.constants} <= set(FIELDS[preset.kind])


def test_a_table_of_people_is_told_from_one_of_events():
    assert detect(b"Name,E-Mail\nAda,a@x.example\n", name="x.csv").kind == "people"
    assert detect(b"event,time,email\nx,2026-01-01,a@x.example\n", name="x.csv").kind == "events"
    assert detect(b"company,website\nAcme,acme.example\n", name="x.csv").kind == "companies"


def test_notes_above_the_header_are_passed_over():
    text = (
        'Notes:\n"When exporting, you may miss some ""addresses"", as here; see more."\n\n'
        "First Name,Last Name,Connected On\nAda,Lind,03 Feb 2026\n"
    )
    headers, rows = csv_rows(text.encode())
    assert headers == ["First Name", "Last Name", "Connected On"]
    (row,) = rows
    assert isinstance(row, Row)
    assert row.line == 5


@pytest.mark.parametrize("text", ["email\na@x.example\nb@x.example\n", "a;b\n1;2\n"])
def test_a_header_in_the_first_line_stays_the_header(text):
    assert csv_rows(text.encode())[0] == text.splitlines()[0].split(";")


@pytest.mark.parametrize(
    ("cells", "order", "must_ask"),
    [
        (["31/12/2025", "01/02/2026"], "day", False),
        (["12/31/2025 9:00 PM", "01/02/2026"], "month", False),
        (["01/02/2026", "03/04/2026"], None, True),
        (["01/01/2026", "2026-02-03"], None, False),
        (["٣١/١٢/٢٠٢٥"], "day", False),
        (["31/12/2025", "12/31/2025"], None, True),
        ([], None, False),
    ],
)
def test_the_order_of_day_and_month_is_proved_or_asked_for(cells, order, must_ask):
    told = date_order_told(cells)
    assert (told.order, told.must_ask) == (order, must_ask)
    assert (told.proof in cells) == (order is not None)


def test_a_short_salesforce_id_gets_the_letters_that_make_case_no_matter():
    assert long_id("0015500000Xyy06") == "0015500000Xyy06AAB"
    assert long_id("0015500000Xyy06AAB") == "0015500000Xyy06AAB"
    assert long_id("not an id at all") == "not an id at all"


def test_a_mapping_says_settings_rules_and_columns_in_one():
    said = read_said(
        {"email": "Mail", "phone": "", "preset": "=", "match": "=phone", "rule:Mail": "=fill",
         "ignore:Junk": "=", "own:size": "Shoe size", "type:size": "=number", "stage:lead": "=buy"}
    )  # fmt: skip
    assert (said.match, said.rules, said.stages) == ("phone", {"Mail": "fill"}, {"lead": "buy"})
    columns = columns_of(["mail", "Junk", "Shoe size", "Phone"], kind="people", said=said)
    assert columns == {"email": "mail", "size": "Shoe size"}
    assert said.typed("size", "38", lambda _: (0, True)) == 38
    with pytest.raises(InputError, match="no rule"):
        read_said({"rule:Mail": "=sometimes"})
