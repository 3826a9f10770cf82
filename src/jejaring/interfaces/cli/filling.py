"""The commands that put the first things into an installation: create-network, load."""

from __future__ import annotations

import argparse

from jejaring.documents.language import Language
from jejaring.engines import planning
from jejaring.interfaces.cli import screen
from jejaring.interfaces.cli.installation import prepared, refuse_old_tables


def create_network(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring create-network NAME`: an empty network, and a link for whoever will look after it."""
    prepared()
    refuse_old_tables()
    from django.db import transaction
    from django.utils import timezone

    from jejaring.domain.parties.actions import networks, people
    from jejaring.domain.parties.models import Role

    with transaction.atomic():
        network = networks.create_network(typed.name, region_code=typed.region, by=None)
        link = people.invite(network.region_code, kind=Role.Kind.FACILITATOR, by=None, at=timezone.now())
    screen.say(language.text("{name} is there: {place}.", name=network.name, place=network.place))
    screen.say(
        language.text(
            "Whoever opens this link becomes the facilitator of this region. It works once, for {days} days:",
            days=people.INVITATION_DAYS,
        )
    )
    screen.say(f"{typed.address.rstrip('/')}/undangan/{link.token}/")
    return 0


def load(typed: argparse.Namespace, language: Language) -> int:
    """`jejaring load FILE`: the co-ops of a network file, and what they have and need, in the database."""
    problem = planning.read(typed.file)
    prepared()
    refuse_old_tables()
    from django.db import transaction
    from django.utils import timezone

    from jejaring.domain.mapping.actions.loading import load_network
    from jejaring.domain.parties.actions.sample_people import make_sample_people

    now = timezone.now()
    with transaction.atomic():
        loaded = load_network(
            problem,
            name=typed.name or problem.name,
            region_code=typed.region,
            by=None,
            at=now,
            commodity=typed.commodity,
        )
        accounts = make_sample_people(loaded.network, by=None, at=now) if typed.accounts else ()
    screen.say(
        language.text(
            "{name}: {created} co-ops are new, {matched} were known.",
            name=loaded.network.name,
            created=loaded.created,
            matched=loaded.matched,
        )
    )
    if loaded.left_aside:
        screen.say(language.text("Not kept in the database: {tables}.", tables=", ".join(loaded.left_aside)))
    if accounts:
        screen.say(
            language.text("Accounts to try it with; the password of all is {word}", word=accounts[0].password)
        )
        screen.table(
            [language.text("Role"), language.text("Sign in with"), language.text("Of")],
            [[language.text(each.role), each.email, each.place] for each in accounts],
            words=(0, 1, 2),
        )
    return 0
