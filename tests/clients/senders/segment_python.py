"""The story of test_real_clients.py, told by segment-analytics-python: ADDRESS KEY."""

import sys
import time

from segment.analytics.client import Client

client = Client(sys.argv[2], host=sys.argv[1], gzip=True, on_error=lambda error, _: sys.exit(error))
visitor = "0190a0c8-7b1c-4a52-9a5c-3f5d4c6b2a10"
page = {"url": "https://www.example.com/prices?utm_source=news&utm_medium=cpc", "path": "/prices"}
client.page(anonymous_id=visitor, properties=page)
client.track(anonymous_id=visitor, event="Price Viewed")
client.identify("u-42", {"email": "mina@acme.example", "name": "Mina Rau"}, anonymous_id=visitor)
client.alias(visitor, "u-42")
# One clock tick later: of two companies told in the same instant neither is the later one.
time.sleep(0.005)
client.group("u-42", "acme", {"name": "Acme Works", "industry": "tools"})
client.screen("u-42", name="Start")
client.track("u-42", "Order Completed", {"revenue": 12.5, "currency": "EUR"})
client.shutdown()
