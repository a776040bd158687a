"""Django apps, one for each domain area. They meet through people, the visits and the journal."""
