"""One outbox for mails to single people: handed in once under a key, claimed, sent, never twice.

`queue.enqueue` may stand in the caller's transaction: the mail then exists exactly if the rest does. The
worker does `delivery.deliver_next` beside its other jobs. What is not known to have failed is never tried
again by itself: a mail that may have gone out is shown as unclear, and a person decides.
"""
