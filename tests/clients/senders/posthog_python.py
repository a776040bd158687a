"""The story of test_real_clients.py, told by posthog: ADDRESS KEY."""

import sys
import time

from posthog import Posthog

client = Posthog(
    sys.argv[2], host=sys.argv[1], gzip=True, on_error=lambda error, _: sys.exit(error)
)
visitor = "0190a0c8-7b1c-4a52-9a5c-3f5d4c6b2a10"
page = {
    "$current_url": "https://www.example.com/prices?utm_source=news&utm_medium=cpc",
    "$pathname": "/prices", "$process_person_profile": False,
}  # fmt: skip
client.capture("$pageview", distinct_id=visitor, properties=page)
client.capture("Price Viewed", distinct_id=visitor, properties={"$process_person_profile": False})
client.alias(previous_id=visitor, distinct_id="u-42")
client.set(distinct_id="u-42", properties={"email": "mina@acme.example", "name": "Mina Rau"})
# One clock tick later: of two companies told in the same instant neither is the later one.
time.sleep(0.005)
client.group_identify("company", "acme", {"name": "Acme Works", "industry": "tools"})
client.capture("$screen", distinct_id="u-42", properties={"$screen_name": "Start"})
order = {"revenue": 12.5, "currency": "EUR"}
client.capture("Order Completed", distinct_id="u-42", properties=order, groups={"company": "acme"})
client.shutdown()
