"""Lists of people, companies and deals: filters, saved views, columns, bulk changes, search."""
