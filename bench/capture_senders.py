"""The senders of a benchmark in a process of their own: PORT KEY PREFIX SECONDS SENDERS PAUSE.

Prints the seconds that all took and those of each request.
"""

import sys
import time

from bench.capture_load import send

port, key, prefix, seconds, senders, pause = sys.argv[1:]
wanted = float(seconds)
# As many as the fastest machine seen could take in that time, made before the clock runs.
ahead = int(wanted * (1_500 if float(pause) == 0 else 1 / float(pause)) / int(senders)) + 5
clock: list[float] = []


def over() -> bool:
    """Whether the time is up; it begins with the first question."""
    if not clock:
        clock.append(time.perf_counter() + wanted)
    elif float(pause):
        time.sleep(float(pause))
    return time.perf_counter() > clock[0]


found = send(int(port), key, prefix=prefix, senders=int(senders), until=over, ahead=ahead)
print(time.perf_counter() - clock[0] + wanted, *found.seconds)
