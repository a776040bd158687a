"""What else a CRM exports: activities, notes, histories, roles, campaigns and their members."""

from tundish.stores import journal, profiles


def told(firm, folder, text, name="table.csv"):
    """(the import's result, the events that it appended)"""
    path = folder / name
    path.write_text(text.strip().replace("\n        ", "\n") + "\n", "utf-8")
    before = firm.position
    result = firm.import_files([path])
    firm.catch_up()
    return result, [event for _, event in journal.read(firm.connection, after=before, limit=100)]


def test_a_history_of_opportunities_becomes_back_dated_changes_of_stage(firm, tmp_path):
    result, events = told(firm, tmp_path, """
        OpportunityId,StageName,Amount,CloseDate,CreatedDate
        006A,Prospecting,100,2026-05-01,2026-01-02T10:00:00Z
        006A,Proposal,100,2026-05-01,2026-02-03T10:00:00Z""")  # fmt: skip
    assert (result.kind, result.new) == ("events", 2)
    assert [
        (e.name, e.deal, e.properties["new"], e.occurred_at.date().isoformat()) for e in events
    ] == [
        ("deal_stage_changed", "006A", "Prospecting", "2026-01-02"),
        ("deal_stage_changed", "006A", "Proposal", "2026-02-03"),
    ]
    assert told(firm, tmp_path, (tmp_path / "table.csv").read_text())[0].new == 0


def test_contact_roles_become_the_deals_buying_group(firm, tmp_path):
    told(firm, tmp_path, """
        Id,Name,StageName,AccountId,CloseDate,IsWon,IsClosed,CreatedDate
        006A,Chairs,Proposal,001A,2026-05-01,false,false,2026-01-02""")  # fmt: skip
    _, people = told(firm, tmp_path, """
        Id,LastName,Email,AccountId,MailingCity
        003A,Berg,lena@acme.example,001A,Berlin""")  # fmt: skip
    _, events = told(firm, tmp_path, """
        OpportunityId,ContactId,Role,IsPrimary
        006A,003A,Decision Maker,1""")  # fmt: skip
    (event,) = events
    assert (event.name, event.deal, event.properties["role"], event.estimated) == (
        "group_joined", "006A", "Decision Maker", True,
    )  # fmt: skip
    assert event.person == people[-1].person
    assert told(firm, tmp_path, (tmp_path / "table.csv").read_text())[0].new == 0


def test_members_of_campaigns_who_responded_and_the_campaigns_costs(firm, tmp_path):
    result, events = told(firm, tmp_path, """
        CampaignId,LeadId,ContactId,Status,FirstRespondedDate
        701A,00QA,,Responded,2026-03-01
        701A,00QB,,Sent,""")  # fmt: skip
    assert [(e.name, e.person, e.campaign) for e in events] == [
        ("campaign_answered", "salesforce:00QA", "701A")
    ]
    assert list(result.reasons) == ["row_not_done"]
    _, costs = told(firm, tmp_path, """
        Name,Type,Status,StartDate,BudgetedCost,ActualCost
        Spring fair,Event,Done,2026-03-01,900,812.50""")  # fmt: skip
    assert [(e.name, e.campaign, e.value and e.value.minor_units) for e in costs] == [
        ("cost_recorded", "Spring fair", 81250)
    ]


def test_tasks_and_activities_that_were_done_become_calls_meetings_and_mails(firm, tmp_path):
    result, events = told(firm, tmp_path, """
        WhoId,WhatId,Subject,ActivityDate,Status,TaskSubtype
        003A,006A,Rang up,2026-03-01,Completed,Call
        003A,006A,To do,2026-03-02,Not Started,Call
        003A,006A,Wrote,2026-03-03,Completed,Email""")  # fmt: skip
    assert [event.name for event in events] == ["call_held", "mail_sent"]
    assert result.refused == 1
    _, done = told(firm, tmp_path, """
        Activity - Subject,Activity - Type,Activity - Due date,Activity - Deal,Activity - Done
        Visit,Meeting,2026-03-04,D1,Done
        Later,Meeting,2026-03-09,D1,To do""")  # fmt: skip
    assert [(event.name, event.deal) for event in done] == [("meeting_held", "D1")]


def test_notes_go_to_the_timeline_and_their_words_stay_out_of_the_journal(firm, tmp_path):
    _, (note,) = told(firm, tmp_path, """
        Note - Content,Note - Add time,Note - Deal
        Likes oak,2026-03-04 10:00,D1""")  # fmt: skip
    assert (note.name, note.deal, dict(note.personal)) == (
        "note_added",
        "D1",
        {"text": "Likes oak"},
    )


def test_a_pipedrive_deal_knows_its_person_by_name(firm, tmp_path):
    told(firm, tmp_path, """
        Person - Name,Person - Email (Work),Person - Organization
        Lena Berg,lena@acme.example,Acme""")  # fmt: skip
    told(firm, tmp_path, """
        Deal - ID,Deal - Title,Deal - Status,Deal - Organization,Deal - Contact person,Deal - Deal created
        1,Chairs,won,Acme,Lena Berg,2026-01-02""")  # fmt: skip
    (deal,) = profiles.rows(firm.connection, "deal").values()
    person = profiles.rows(firm.connection, "person")[deal["person"]]
    assert person["email"] == "lena@acme.example"
    assert person["company"] == deal["company"]
