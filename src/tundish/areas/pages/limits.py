"""How often forms may be sent: from one address, and on one page by all together."""

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from tundish.areas.pages.models import Sending

FROM_ADDRESS, ON_PAGE, WITHIN = 20, 3_000, timedelta(minutes=10)


def allows(slug: str, address: str, *, now: datetime) -> bool:
    """Count a form that comes in, or False where there were too many in the last ten minutes.

    `address` is a hash. Counted first, under the write lock: those of one instant are told apart.
    """
    limits = {_key(f"from:{slug}:{address}"): FROM_ADDRESS, _key(f"page:{slug}"): ON_PAGE}
    with transaction.atomic():
        Sending.objects.filter(at__lt=now - WITHIN).delete()
        Sending.objects.bulk_create(Sending(key=key, at=now) for key in limits)
        if all(Sending.objects.filter(key=key).count() <= most for key, most in limits.items()):
            return True
        # A refused one is not counted, so that the wait ends however often one knocks.
        transaction.set_rollback(True)
    return False


def _key(text: str) -> str:
    return sha256(text.encode()).hexdigest()
