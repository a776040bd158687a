"""The step search: how many units did A, then B, then C (FUNNEL_SEMANTICS A).

Where a rule leaves a choice, this is how it is read here:

- Filters: every condition of `where` must hold, none of `where_not` may. `any_of` comes on top of
  the step's own event and filters. `first_ever` asks for the unit's first event of the step's name;
  events tied at that first instant all count as first, since any of them may stand first.
- Ties (3): exact for any number of events, so there is no cap to report. Events tied in time, name
  and properties (6): a time that is sure before an estimated one.
- Gaps (4): since the event matched before; both ends included. They need an order.
- Strict (8): an event between two steps is tolerated if it matches the earlier of the two.
- Exclusions (9): "strictly between" is in time, so a tied event never excludes. Where the first
  step of an exclusion was skipped it does not apply; where the second was, it runs to the window's
  end. In `unordered` its steps play no part: only attempts behind the last excluding event count,
  or full ones that none stands in; a unit with nothing left is excluded.
- Optional steps (10): at equal depth a chain that matches an earlier step is preferred. An optional
  step is reached where the recorded attempt matched it; the rate from the previous step uses the
  required one before it, the time the last one that the attempt matched (in `unordered` the required
  one, as an optional step may lie later). In `unordered` required places are filled in order of time.
- Open (12): at the very end of the window an attempt is still open. The last required step has
  neither dropped nor open units.
- Breakdown (14): a value that is missing or empty makes a row with the value None. Rows that hold
  nobody are left out. OTHER is judged as one value. With `step` the row of a value holds the units
  whose recorded attempt comes to that step, and the excluded ones whose attempt would, but for the
  exclusion (in `unordered` it wipes all). Rows are named as JSON writes the value, 1.0 as 1.
- Trend (15): by day unless told; a bucket is that of e1; `entered` came to from_step and `converted`
  also to to_step. Buckets run over the range, where it is open from the first and to the last entry of
  the total and all rows. An end past a stated now, or further than MOST_BUCKETS, is open; entries
  that lie further apart give no trend, but a note. An hour's bucket is the instant it began at.
- Totals (16): see totals.py.
- Hold constant (17): an event without the property fits no attempt.
- Histogram (20): the last edge counts the times from there on.
- Value (21): numbers, or texts that read as one; without a currency named, the most frequent one.
- Bare dates belong to their own day in every time zone; a time with one at either end is counted in
  whole calendar days.
"""

from tundish.funnel.steps.comparison import compare
from tundish.funnel.steps.definition import StepDefinition
from tundish.funnel.steps.parse import parse_steps
from tundish.funnel.steps.report import StepReport, step_report
from tundish.funnel.steps.schema import steps_schema

__all__ = [
    "StepDefinition",
    "StepReport",
    "compare",
    "parse_steps",
    "step_report",
    "steps_schema",
]
