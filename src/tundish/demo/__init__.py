"""The demo firm: a believable seller of software, as events and plain records, from a seed and a day."""

from tundish.demo.firm import demo_firm
from tundish.demo.records import (
    DemoCompany,
    DemoCost,
    DemoDeal,
    DemoFirm,
    DemoPerson,
    DemoUser,
    PlantedEffect,
)

__all__ = [
    "DemoCompany",
    "DemoCost",
    "DemoDeal",
    "DemoFirm",
    "DemoPerson",
    "DemoUser",
    "PlantedEffect",
    "demo_firm",
]
