"""People, companies and deals: lists, one prospect's page, its journey and timeline."""
