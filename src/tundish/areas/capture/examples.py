"""How to send to an inlet, ready to be copied: one example for each kind of client."""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Example:
    """A client's name, which is nobody's language, and its code."""

    ident: str
    client: str
    code: str


def examples(request: HttpRequest, key: str) -> list[Example]:
    """The examples with this site's address and the inlet's key filled in."""
    address = request.build_absolute_uri("/").rstrip("/")
    return [
        Example(ident, client, code.replace("ADDRESS", address).replace("KEY", key).strip())
        for ident, client, code in _EXAMPLES
    ]


_EXAMPLES = (
    ("snippet", "HTML · t.js", """
<script defer src="ADDRESS/t.js" data-key="KEY"></script>
"""),
    ("curl", "curl", """
curl -u KEY: ADDRESS/v1/batch \\
  -H 'Content-Type: application/json' \\
  -d '{"batch": [{"type": "track", "event": "Demo Requested", "userId": "u-42",
       "context": {"page": {"url": "https://www.example.com/demo"}}}]}'
"""),
    ("browser", "Browser · @segment/analytics-next", """
import { AnalyticsBrowser } from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({ writeKey: 'KEY', cdnURL: 'ADDRESS' })
analytics.page()
analytics.identify('u-42', { email: 'mina@example.com' })
"""),
    ("node", "Node.js · @segment/analytics-node", """
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: 'KEY', host: 'ADDRESS' })
analytics.track({ userId: 'u-42', event: 'Demo Requested' })
"""),
    ("python", "Python · segment-analytics-python", """
from segment.analytics.client import Client

analytics = Client("KEY", host="ADDRESS")
analytics.track("u-42", "Demo Requested")
analytics.shutdown()
"""),
    ("rudder", "RudderStack · @rudderstack/rudder-sdk-node", """
import Analytics from '@rudderstack/rudder-sdk-node'

const analytics = new Analytics('KEY', { dataPlaneUrl: 'ADDRESS' })
analytics.track({ userId: 'u-42', event: 'Demo Requested' })
"""),
    ("posthog", "PostHog · posthog", """
from posthog import Posthog

posthog = Posthog("KEY", host="ADDRESS")
posthog.capture("Demo Requested", distinct_id="u-42")
posthog.shutdown()
"""),
)  # fmt: skip
