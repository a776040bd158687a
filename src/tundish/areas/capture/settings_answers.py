"""What clients ask before they send: where to send to, and what to switch on (nothing)."""

import json
from typing import Any


def segment(key: str, *, host: str, scheme: str) -> bytes:
    """Settings for Segment's browser client; without `apiHost` it would call its vendor."""
    sending = {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme, "retryQueue": True}
    return _json(
        {
            "integrations": {"Segment.io": sending},
            "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )


def rudder(key: str) -> bytes:
    """The source's configuration for RudderStack's clients."""
    return _json(
        {
            "source": {
                "id": "tundish",
                "name": "Tundish",
                "writeKey": key,
                "enabled": True,
                "workspaceId": "tundish",
                "destinations": [],
                "connections": [],
                "config": {
                    "statsCollection": {
                        "errors": {"enabled": False},
                        "metrics": {"enabled": False},
                    }
                },
                "dataplanes": {},
            }
        }
    )


def posthog(*, script: bool = False) -> bytes:
    """No feature flags, no recordings, no surveys; `script` wraps it for `/array/KEY/config.js`."""
    told: dict[str, Any] = {
        "config": {"enable_collect_everything": False},
        "supportedCompression": ["gzip-js"],
        "featureFlags": {},
        "featureFlagPayloads": {},
        "flags": {},
        "errorsWhileComputingFlags": False,
        "hasFeatureFlags": False,
        "sessionRecording": False,
        "toolbarParams": {},
        "isAuthenticated": False,
        "siteApps": [],
        "capturePerformance": False,
        "autocapture_opt_out": True,
        "autocaptureExceptions": False,
        "surveys": False,
        "heatmaps": False,
    }
    return b"" if script else _json(told)


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode()
