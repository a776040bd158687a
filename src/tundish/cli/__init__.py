"""The command line: one file per noun, which parses, calls and prints."""
