"""The stage funnel: a unit holds one stage at a time (FUNNEL_SEMANTICS B).

How the rules are read where they leave a choice:

- A rule holds or does not, given what it sees: what happened after the previous pass closed (from
  the beginning for the first), with `ever` everything. That goes for loss rules too: what happened
  between two passes is seen by the later one. After a loss a pass is opened only by an event of a
  rule that holds (or by a silence that ends), never by an event whose time is estimated.
- A purchase is the purchase rule holding by an event of this instant, on what happened since the
  pass's last purchase. One that opens a pass is visited even if a later stage's event stands at the
  same instant; inside a pass the furthest stage alone is entered. A pass that skipped the purchase
  stage and then makes its purchase keeps it: the skipped stage's row has the event, its time and
  its value, so that loop time, closing time and a period of entries go by the purchase itself.
- The events of the instant that began a pass by a loop belong to the new pass. In an instant that
  begins a pass a move by hand to an earlier stage than the one just entered is ignored.
- `at_least … within` looks back from now, both ends included, and so runs out again; that and a
  changed field, or a silence broken, is what `falls_back` waits for.
- A silence runs from the last such event that the rule sees, else from the pass's start.
- After a move by hand, further stages need something new. A purchase stage entered by hand waits for
  its purchase event, which then begins no second pass. `by_hand` counts who stands there by hand
  only: still there, and the stage's own rule has not come to hold, by something new, since.
- Won beats lost where only the day is known: that day's loss is forgotten for this pass.
- A stage whose own event was only estimated to stand at the instant of a later stage's dated one is
  visited for no time, not skipped.
- `reached` is every stage up to a pass's furthest, so loop passes reach the stages before the
  purchase as skipped ones. A list holds a unit once for each visit or pass that its number counts.
"""

from tundish.funnel.stages.definition import Breakdown, Loop, Loss, Stage, StageDefinition
from tundish.funnel.stages.fold import fold
from tundish.funnel.stages.parsing import parse_stages
from tundish.funnel.stages.report import StageReport, report, stage_report
from tundish.funnel.stages.visits import Flow, Fold, Visits

__all__ = [
    "Breakdown",
    "Flow",
    "Fold",
    "Loop",
    "Loss",
    "Stage",
    "StageDefinition",
    "StageReport",
    "Visits",
    "fold",
    "parse_stages",
    "report",
    "stage_report",
]
