"""The templates of people, companies and deals have a few words of their own."""
