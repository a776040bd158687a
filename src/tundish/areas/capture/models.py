"""Inlets: the doors through which events arrive."""

from django.db import models


class Inlet(models.Model):
    """A write key. It can only write, so it is kept and shown in the clear, as senders expect.

    `name` stands in the journal and never changes; `title` is what people call it.
    """

    title = models.CharField(max_length=60, blank=True)
    name = models.SlugField(max_length=40, unique=True, allow_unicode=True)
    write_key = models.CharField(max_length=64, unique=True)
    previous_key = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.title or self.name
