"""Files for the import pages, and what a person does with them there."""

import io
import re
from pathlib import Path
from typing import Any

from tundish.areas.capture.jobs import import_next

DEALS = (
    "Deal ID,Deal Stage,Deal owner,Create Date,Close Date,Amount,Company\n"
    "D1,won,Rima,2026-01-05,2026-02-10,1200,Acme\n"
    "D2,lost,Rima,2026-01-07,2026-01-20,,Borg\n"
    "D3,engaging,Omar,2026-02-01,,900,Crux\n"
    "D4,prospecting,Omar,,,,Dyne\n"
    "D5,won,Omar,2026-01-08,soon,500,Evo\n"
)
EVENTS = (
    "event,time,email,amount\n"
    "form_submitted,2026-03-01T09:00:00Z,lena@acme.example,\n"
    "order_paid,2026-03-04T10:00:00Z,lena@acme.example,250\n"
    ",2026-03-05T10:00:00Z,omar@borg.example,\n"
)
LOG = "".join(
    f'198.51.100.{n} - - [17/May/2026:10:05:0{n} +0000] "GET /{page} HTTP/1.1" 200 512 '
    f'"https://www.google.com/" "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"\n'
    for n, page in enumerate(("", "prices", "demo"), 1)
)


def file(name: str, content: str | bytes) -> io.BytesIO:
    """An upload."""
    made = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    made.name = name
    return made


def upload(client: Any, *files: io.BytesIO) -> str:
    """Upload the files; gives the address of the page that shows them."""
    answer = client.post("/import/upload", {"files": list(files)})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def check(client: Any, look: str, **said: str) -> str:
    """The part of the page with the dry run."""
    answer = client.get(f"{look}/check", said, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    return str(answer.content.decode())


def order(client: Any, look: str, **said: str) -> str:
    """Press Import; gives the import's address."""
    answer = client.post(look, {"go": "1", **said})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def run(workspace: Any) -> None:
    """What the worker does: all waiting imports, then the fold."""
    while import_next(workspace):
        pass
    workspace.catch_up()


def imported(client: Any, workspace: Any, *files: io.BytesIO, **said: str) -> str:
    """Upload, order, worker; gives the import's address."""
    one = order(client, upload(client, *files), **said)
    run(workspace)
    return one


def tiles(html: str) -> dict[str, str]:
    """The counts that a page shows, by their labels."""
    shown = re.search(r'<dl class="tiles">(.*?)</dl>', html, re.S)
    assert shown
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", shown[1]))


def text(html: str) -> str:
    """A page's words."""
    bare = re.sub(r"<(script|style).*?</\1>", " ", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", bare).split())


def files_of(path: Path, *names: str) -> list[io.BytesIO]:
    """Uploads of the files in a folder."""
    return [file(name, (path / name).read_bytes()) for name in names]
