"""Create the tables of the ledger and of the roster."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create all tables."""
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("exercise_size", sa.String(), nullable=True),
        sa.Column("exercise_only", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.String(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(), nullable=True),
        sa.Column("next_roll_call_at", sa.BigInteger(), nullable=True),
        sa.Column("watched_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("reduced_seq", sa.Integer(), nullable=True),
        sa.Column("reduced_to", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("identifier"),
        sa.UniqueConstraint("raised_by", "idempotency_key"),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alerts_state"), ["state"], unique=False)

    op.create_table(
        "readiness_places",
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("earliest", sa.Integer(), nullable=True),
        sa.Column("latest", sa.Integer(), nullable=True),
        sa.Column("withheld", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("division"),
    )
    op.create_table(
        "readiness_gaps",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
    )
    with op.batch_alter_table("readiness_gaps", schema=None) as batch_op:
        batch_op.create_index("readiness_gaps_by_division", ["division", "position"], unique=False)

    op.create_table(
        "exercise_plans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("size", sa.String(), nullable=False),
        sa.Column("hazard", sa.String(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("monthly", sa.Boolean(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("planned_by", sa.String(), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("announced", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("exercise_plans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exercise_plans_division"), ["division"], unique=False)
        batch_op.create_index(batch_op.f("ix_exercise_plans_due"), ["due"], unique=False)

    op.create_table(
        "exercise_outcomes",
        sa.Column("plan", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("chinese", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"]),
        sa.ForeignKeyConstraint(["plan"], ["exercise_plans.id"]),
        sa.PrimaryKeyConstraint("plan", "due"),
    )
    op.create_table(
        "security_events",
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "minute", "kind", "division", "officer", "sender", "route", "detail"
        ),
    )

    op.create_table(
        "past_divisions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("assembly_point", sa.String(), nullable=True),
        sa.Column(
            "words",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("code", "until"),
    )
    op.create_table(
        "past_officers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("deputy_of", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", "until"),
    )
    op.create_table(
        "divisions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("assembly_point", sa.String(), nullable=True),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("contact_phone", sa.String(), nullable=True),
        sa.Column(
            "words",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["divisions.code"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "webhooks",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "webhook_positions",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["webhooks.name"]),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("name", "alert"),
    )
    op.create_table(
        "webhook_security_positions",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["name"],
            ["webhooks.name"],
        ),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["name"], ["webhooks.name"]),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("name", "alert", "seq"),
    )
    op.create_table(
        "encryption_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "administration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("details", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.create_index("administration_by_division", ["division", "id"], unique=False)

    op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "issuers",
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("division"),
    )
    op.create_table(
        "inbound",
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("suspected", sa.Boolean(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("provider_id"),
    )
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.create_index(
            "inbound_waiting",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("waits = 1"),
            postgresql_where=sa.text("waits"),
        )
        batch_op.create_index(batch_op.f("ix_inbound_sender"), ["sender"], unique=False)

    op.create_table(
        "leases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "links",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index("links_by_household", ["alert", "household"], unique=True)

    op.create_table(
        "paces",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender"),
    )
    op.create_table(
        "phone_tests",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("reported", sa.String(), nullable=True),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("phone_tests", schema=None) as batch_op:
        batch_op.create_index("phone_tests_by_officer", ["officer", "asked_at"], unique=False)

    op.create_table(
        "providers",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("slow", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("falls", sa.Integer(), nullable=False),
        sa.Column("loses", sa.Boolean(), nullable=False),
        sa.Column("next_trial_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "text_parts",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("octets", sa.String(), nullable=False),
        sa.Column("data_coding", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender", "reference", "total", "number", "digest"),
    )
    with op.batch_alter_table("text_parts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_text_parts_received_at"), ["received_at"], unique=False
        )

    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("divisions", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("passes_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index(
            "approvals_due",
            ["passes_at"],
            unique=False,
            sqlite_where=sa.text("passes_at IS NOT NULL"),
            postgresql_where=sa.text("passes_at IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_approvals_alert"), ["alert"], unique=False)

    op.create_table(
        "areas",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "division"),
    )
    op.create_table(
        "confirmations",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "officer"),
    )
    op.create_table(
        "dark_villages",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.String(), nullable=True),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("neighbours_share", sa.Float(), nullable=True),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "division"),
    )
    op.create_table(
        "events",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=True),
        sa.Column("chain", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "seq"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("persons", sa.String(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source"),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("evidence_by_giver", ["given_by", "household"], unique=False)
        batch_op.create_index("evidence_by_household", ["alert", "household"], unique=False)

    op.create_table(
        "help_cases",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("resolved_at", sa.BigInteger(), nullable=True),
        sa.Column("resolved_by", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("passes_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "household"),
    )
    with op.batch_alter_table("help_cases", schema=None) as batch_op:
        batch_op.create_index(
            "help_cases_due",
            ["passes_at"],
            unique=False,
            sqlite_where=sa.text("passes_at IS NOT NULL"),
            postgresql_where=sa.text("passes_at IS NOT NULL"),
        )

    op.create_table(
        "cap_messages",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("divisions", sa.Text(), nullable=False),
        sa.Column("drawn", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"]),
        sa.PrimaryKeyConstraint("alert", "seq"),
        sa.UniqueConstraint("identifier"),
    )
    with op.batch_alter_table("cap_messages", schema=None) as batch_op:
        batch_op.create_index("cap_messages_public", ["is_public", "expires"], unique=False)
    op.create_table(
        "work_groups",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "alerted_groups",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("tenth", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "name"),
    )
    op.create_table(
        "officer_calls",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("told_above_at", sa.BigInteger(), nullable=True),
        sa.Column("woken_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "officer"),
    )
    with op.batch_alter_table("officer_calls", schema=None) as batch_op:
        batch_op.create_index(
            "officer_calls_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.create_table(
        "officers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("deputy_of", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["deputy_of"],
            ["officers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["division"],
            ["divisions.code"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officers_division"), ["division"], unique=False)

    op.create_table(
        "duty_turns",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("officer", "weekday", "begins"),
    )
    op.create_table(
        "duty_periods",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("begins_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("in_place_of", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["in_place_of"],
            ["officers.id"],
        ),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("duty_periods", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_duty_periods_in_place_of"), ["in_place_of"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_duty_periods_officer"), ["officer"], unique=False)

    op.create_table(
        "roll",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("vulnerable", sa.String(), nullable=False),
        sa.Column("persons", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.Column("unaccounted", sa.Integer(), nullable=False),
        sa.Column("needs_help", sa.Integer(), nullable=False),
        sa.Column("staying", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.Column("evacuated", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("danger", sa.Integer(), nullable=False),
        sa.Column("silent_since", sa.BigInteger(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "household"),
    )
    with op.batch_alter_table("roll", schema=None) as batch_op:
        batch_op.create_index("roll_by_danger", ["alert", "danger", "household"], unique=False)
        batch_op.create_index("roll_by_household", ["household"], unique=False)
        batch_op.create_index(
            "roll_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.create_index(
            "roll_unfollowed",
            ["alert", "household"],
            unique=False,
            sqlite_where=sa.text("next_at IS NULL AND danger + 0 < 8"),
            postgresql_where=sa.text("next_at IS NULL AND danger + 0 < 8"),
        )

    op.create_table(
        "roll_calls",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("called_by", sa.String(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "number"),
    )
    op.create_table(
        "tallies",
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("households_unaccounted", sa.Integer(), nullable=False),
        sa.Column("households_partly", sa.Integer(), nullable=False),
        sa.Column("households_needs_help", sa.Integer(), nullable=False),
        sa.Column("households_staying", sa.Integer(), nullable=False),
        sa.Column("households_elsewhere", sa.Integer(), nullable=False),
        sa.Column("households_evacuated", sa.Integer(), nullable=False),
        sa.Column("people_unaccounted", sa.Integer(), nullable=False),
        sa.Column("people_needs_help", sa.Integer(), nullable=False),
        sa.Column("people_staying", sa.Integer(), nullable=False),
        sa.Column("people_elsewhere", sa.Integer(), nullable=False),
        sa.Column("people_evacuated", sa.Integer(), nullable=False),
        sa.Column("people_verified", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("alert", "division"),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("tasks_by_household", ["alert", "household"], unique=False)
        batch_op.create_index("tasks_by_officer", ["officer", "state"], unique=False)
        batch_op.create_index(
            "tasks_pending",
            ["alert", "household"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'taken')"),
            postgresql_where=sa.text("state IN ('open', 'taken')"),
        )

    op.create_table(
        "texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("division", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.Column("in_force", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texts_alert"), ["alert"], unique=False)
        batch_op.create_index(
            "texts_in_force",
            ["alert", "kind", "division", "language"],
            unique=True,
            sqlite_where=sa.text("in_force = 1"),
            postgresql_where=sa.text("in_force"),
        )

    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("recipient_kind", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.ForeignKeyConstraint(
            ["text"],
            ["texts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("deliveries_by_recipient", ["alert", "recipient"], unique=False)
        batch_op.create_index(
            "deliveries_expiring",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'queued' AND attempts >= 0"),
            postgresql_where=sa.text("state = 'queued' AND attempts >= 0"),
        )
        batch_op.create_index(
            "deliveries_in_doubt",
            ["lease_until"],
            unique=False,
            sqlite_where=sa.text("state IN ('sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        )
        batch_op.create_index(
            "deliveries_queued",
            ["channel", "priority", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "households",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("vulnerable", sa.String(), nullable=False),
        sa.Column("persons", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("officer", sa.String(), nullable=True),
        sa.Column("centre", sa.String(), nullable=True),
        sa.Column("courtyard", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["division"],
            ["divisions.code"],
        ),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("code"),
    )
    with op.batch_alter_table("households", schema=None) as batch_op:
        batch_op.create_index(
            "households_by_centre",
            ["centre"],
            unique=False,
            sqlite_where=sa.text("centre IS NOT NULL"),
            postgresql_where=sa.text("centre IS NOT NULL"),
        )
        batch_op.create_index("households_by_division", ["division", "code"], unique=False)

    op.create_table(
        "officer_phones",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("officer", "position"),
    )
    with op.batch_alter_table("officer_phones", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_phones_number"), ["number"], unique=False)

    op.create_table(
        "officer_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("passkey", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hash"),
    )
    with op.batch_alter_table("officer_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_sessions_officer"), ["officer"], unique=False)

    op.create_table(
        "officer_tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("officer_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_tokens_officer"), ["officer"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("credential", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential"),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_officer"), ["officer"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("officer"),
    )
    op.create_table(
        "officer_notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("officer_notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_officer_notices_officer"), ["officer"], unique=False)

    op.create_table(
        "used_challenges",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("used_challenges", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_used_challenges_expires_at"), ["expires_at"], unique=False
        )

    op.create_table(
        "sign_in_links",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("unsent", sa.String(), nullable=True),
        sa.Column("browser", sa.String(), nullable=True),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer"],
            ["officers.id"],
        ),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_officer"), ["officer"], unique=False)
        batch_op.create_index(
            "sign_in_links_unsent",
            ["issued_at"],
            unique=False,
            sqlite_where=sa.text("unsent IS NOT NULL"),
            postgresql_where=sa.text("unsent IS NOT NULL"),
        )

    op.create_table(
        "attempts",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("delivery", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery"],
            ["deliveries.id"],
        ),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("attempts_by_provider_id", ["provider", "provider_id"], unique=False)
        batch_op.create_index("attempts_by_time", ["provider", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_delivery"), ["delivery"], unique=False)

    op.create_table(
        "roster_columns",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "division", "heading"),
    )
    op.create_table(
        "household_phones",
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household"],
            ["households.code"],
        ),
        sa.PrimaryKeyConstraint("household", "position"),
    )
    with op.batch_alter_table("household_phones", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_household_phones_number"), ["number"], unique=False)

    op.create_table(
        "hazard_points",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("hazard", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("watcher", sa.String(), nullable=True),
        sa.Column("assembly_point", sa.String(), nullable=True),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code"),
    )
    with op.batch_alter_table("hazard_points", schema=None) as batch_op:
        batch_op.create_index("hazard_points_by_division", ["division", "code"], unique=False)

    op.create_table(
        "hazard_point_households",
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household"],
            ["households.code"],
        ),
        sa.ForeignKeyConstraint(
            ["point"],
            ["hazard_points.code"],
        ),
        sa.PrimaryKeyConstraint("point", "household"),
    )
    with op.batch_alter_table("hazard_point_households", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hazard_point_households_household"), ["household"], unique=False
        )

    op.create_table(
        "receipts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["attempts.token"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipts_attempt"), ["attempt"], unique=False)

    op.create_table(
        "cap_feed_entries",
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "entry"),
    )
    op.create_table(
        "cap_feeds",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("last_modified", sa.String(), nullable=False),
        sa.Column("polled_at", sa.BigInteger(), nullable=False),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "cap_inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("charset", sa.String(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_received_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("identifier", sa.String(), nullable=True),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("shown_until", sa.BigInteger(), nullable=True),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "digest"),
        sa.UniqueConstraint("source", "sender", "identifier", "sent"),
    )
    with op.batch_alter_table("cap_inbox", schema=None) as batch_op:
        batch_op.create_index("cap_inbox_by_arrival", ["source", "received_at"], unique=False)
        batch_op.create_index("cap_inbox_by_identifier", ["identifier"], unique=False)
        batch_op.create_index("cap_inbox_shown", ["shown_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_cap_inbox_alert"), ["alert"], unique=False)

    op.create_table(
        "cap_inbox_areas",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["cap_inbox.id"],
        ),
        sa.PrimaryKeyConstraint("message", "division"),
    )
    with op.batch_alter_table("cap_inbox_areas", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cap_inbox_areas_division"), ["division"], unique=False)

    op.create_table(
        "cap_inbox_references",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"],
            ["cap_inbox.id"],
        ),
        sa.PrimaryKeyConstraint("message", "sender", "identifier", "sent"),
    )
    with op.batch_alter_table("cap_inbox_references", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_cap_inbox_references_identifier"), ["identifier"], unique=False
        )

    op.create_table(
        "machine_tokens",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
    )
    with op.batch_alter_table("machine_tokens", schema=None) as batch_op:
        batch_op.create_index("machine_tokens_by_machine", ["kind", "name"], unique=False)

    op.create_table(
        "sensor_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sensor", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("changed_level", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sensor_readings", schema=None) as batch_op:
        batch_op.create_index("sensor_readings_by_time", ["sensor", "at"], unique=False)
        batch_op.create_index("sensor_readings_by_arrival", ["sensor", "received_at"], unique=False)
        batch_op.create_index(
            "sensor_readings_unread",
            ["sensor", "id"],
            unique=False,
            sqlite_where=sa.text("verdict = 'unread'"),
            postgresql_where=sa.text("verdict = 'unread'"),
        )

    op.create_table(
        "sensor_states",
        sa.Column("sensor", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("counted_at", sa.BigInteger(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.Column("is_silent", sa.Boolean(), nullable=False),
        sa.Column("is_clock_wrong", sa.Boolean(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.Column("owes", sa.String(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("sensor"),
    )
    op.create_table(
        "sensor_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sensor", sa.String(), nullable=False),
        sa.Column("news", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("alert", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert"],
            ["alerts.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sensor_notes", schema=None) as batch_op:
        batch_op.create_index("sensor_notes_by_sensor", ["sensor", "news", "at"], unique=False)

    op.create_table(
        "sensor_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("phones", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["note"],
            ["sensor_notes.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sensor_texts", schema=None) as batch_op:
        batch_op.create_index(
            "sensor_texts_owed",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )
        batch_op.create_index(batch_op.f("ix_sensor_texts_note"), ["note"], unique=False)


def downgrade() -> None:
    """Drop all tables."""
    with op.batch_alter_table("sensor_texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sensor_texts_note"))
        batch_op.drop_index(
            "sensor_texts_owed",
            sqlite_where=sa.text("state IN ('queued', 'sending')"),
            postgresql_where=sa.text("state IN ('queued', 'sending')"),
        )

    op.drop_table("sensor_texts")
    with op.batch_alter_table("sensor_notes", schema=None) as batch_op:
        batch_op.drop_index("sensor_notes_by_sensor")

    op.drop_table("sensor_notes")
    op.drop_table("sensor_states")
    with op.batch_alter_table("sensor_readings", schema=None) as batch_op:
        batch_op.drop_index("sensor_readings_unread")
        batch_op.drop_index("sensor_readings_by_arrival")
        batch_op.drop_index("sensor_readings_by_time")

    op.drop_table("sensor_readings")
    with op.batch_alter_table("machine_tokens", schema=None) as batch_op:
        batch_op.drop_index("machine_tokens_by_machine")

    op.drop_table("machine_tokens")
    with op.batch_alter_table("cap_inbox_references", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cap_inbox_references_identifier"))

    op.drop_table("cap_inbox_references")
    with op.batch_alter_table("cap_inbox_areas", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cap_inbox_areas_division"))

    op.drop_table("cap_inbox_areas")
    with op.batch_alter_table("cap_inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cap_inbox_alert"))
        batch_op.drop_index("cap_inbox_shown")
        batch_op.drop_index("cap_inbox_by_identifier")
        batch_op.drop_index("cap_inbox_by_arrival")

    op.drop_table("cap_inbox")
    op.drop_table("cap_feeds")
    op.drop_table("cap_feed_entries")

    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_receipts_attempt"))

    op.drop_table("receipts")
    with op.batch_alter_table("hazard_point_households", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hazard_point_households_household"))

    op.drop_table("hazard_point_households")
    with op.batch_alter_table("hazard_points", schema=None) as batch_op:
        batch_op.drop_index("hazard_points_by_division")

    op.drop_table("hazard_points")
    with op.batch_alter_table("household_phones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_household_phones_number"))

    op.drop_table("roster_columns")
    op.drop_table("household_phones")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_delivery"))
        batch_op.drop_index("attempts_by_time")
        batch_op.drop_index("attempts_by_provider_id")

    op.drop_table("attempts")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(
            "sign_in_links_unsent",
            sqlite_where=sa.text("unsent IS NOT NULL"),
            postgresql_where=sa.text("unsent IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_sign_in_links_officer"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("officer_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_tokens_officer"))

    op.drop_table("officer_tokens")
    with op.batch_alter_table("officer_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_sessions_officer"))

    op.drop_table("officer_sessions")
    with op.batch_alter_table("officer_phones", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_phones_number"))

    op.drop_table("officer_phones")
    with op.batch_alter_table("households", schema=None) as batch_op:
        batch_op.drop_index("households_by_division")
        batch_op.drop_index(
            "households_by_centre",
            sqlite_where=sa.text("centre IS NOT NULL"),
            postgresql_where=sa.text("centre IS NOT NULL"),
        )

    op.drop_table("households")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "deliveries_queued",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )
        batch_op.drop_index(
            "deliveries_in_doubt",
            sqlite_where=sa.text("state IN ('sending', 'unknown')"),
            postgresql_where=sa.text("state IN ('sending', 'unknown')"),
        )
        batch_op.drop_index(
            "deliveries_expiring",
            sqlite_where=sa.text("state = 'queued' AND attempts >= 0"),
            postgresql_where=sa.text("state = 'queued' AND attempts >= 0"),
        )
        batch_op.drop_index("deliveries_by_recipient")

    op.drop_table("deliveries")
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.drop_index(
            "texts_in_force",
            sqlite_where=sa.text("in_force = 1"),
            postgresql_where=sa.text("in_force"),
        )
        batch_op.drop_index(batch_op.f("ix_texts_alert"))

    op.drop_table("texts")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index(
            "tasks_pending",
            sqlite_where=sa.text("state IN ('open', 'taken')"),
            postgresql_where=sa.text("state IN ('open', 'taken')"),
        )
        batch_op.drop_index("tasks_by_officer")
        batch_op.drop_index("tasks_by_household")

    op.drop_table("tasks")
    op.drop_table("tallies")
    op.drop_table("roll_calls")
    with op.batch_alter_table("roll", schema=None) as batch_op:
        batch_op.drop_index(
            "roll_unfollowed",
            sqlite_where=sa.text("next_at IS NULL AND danger + 0 < 8"),
            postgresql_where=sa.text("next_at IS NULL AND danger + 0 < 8"),
        )
        batch_op.drop_index(
            "roll_due",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.drop_index("roll_by_household")
        batch_op.drop_index("roll_by_danger")

    op.drop_table("roll")
    with op.batch_alter_table("duty_periods", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_periods_officer"))
        batch_op.drop_index(batch_op.f("ix_duty_periods_in_place_of"))

    op.drop_table("duty_periods")
    op.drop_table("duty_turns")
    with op.batch_alter_table("officers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officers_division"))

    op.drop_table("officers")
    with op.batch_alter_table("officer_calls", schema=None) as batch_op:
        batch_op.drop_index(
            "officer_calls_due",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.drop_table("officer_calls")
    with op.batch_alter_table("cap_messages", schema=None) as batch_op:
        batch_op.drop_index("cap_messages_public")
    op.drop_table("cap_messages")
    op.drop_table("alerted_groups")
    op.drop_table("work_groups")
    with op.batch_alter_table("help_cases", schema=None) as batch_op:
        batch_op.drop_index(
            "help_cases_due",
            sqlite_where=sa.text("passes_at IS NOT NULL"),
            postgresql_where=sa.text("passes_at IS NOT NULL"),
        )

    op.drop_table("help_cases")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("evidence_by_household")
        batch_op.drop_index("evidence_by_giver")

    op.drop_table("evidence")
    op.drop_table("dead_letters")
    op.drop_table("webhook_security_positions")
    op.drop_table("webhook_positions")
    op.drop_table("webhooks")
    op.drop_table("events")
    op.drop_table("dark_villages")
    op.drop_table("confirmations")
    op.drop_table("areas")
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approvals_alert"))
        batch_op.drop_index(
            "approvals_due",
            sqlite_where=sa.text("passes_at IS NOT NULL"),
            postgresql_where=sa.text("passes_at IS NOT NULL"),
        )

    op.drop_table("approvals")
    with op.batch_alter_table("text_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_parts_received_at"))

    op.drop_table("text_parts")
    op.drop_table("providers")
    with op.batch_alter_table("phone_tests", schema=None) as batch_op:
        batch_op.drop_index("phone_tests_by_officer")

    op.drop_table("phone_tests")
    op.drop_table("paces")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index("links_by_household")

    op.drop_table("links")
    op.drop_table("leases")
    with op.batch_alter_table("inbound", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbound_sender"))
        batch_op.drop_index(
            "inbound_waiting", sqlite_where=sa.text("waits = 1"), postgresql_where=sa.text("waits")
        )

    op.drop_table("inbound")
    with op.batch_alter_table("administration", schema=None) as batch_op:
        batch_op.drop_index("administration_by_division")

    op.drop_table("administration")
    op.drop_table("issuers")
    op.drop_table("heartbeat")
    op.drop_table("encryption_keys")
    op.drop_table("divisions")
    op.drop_table("past_officers")
    op.drop_table("past_divisions")
    op.drop_table("exercise_outcomes")
    with op.batch_alter_table("exercise_plans", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exercise_plans_due"))
        batch_op.drop_index(batch_op.f("ix_exercise_plans_division"))

    op.drop_table("exercise_plans")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alerts_state"))

    op.drop_table("alerts")
    with op.batch_alter_table("readiness_gaps", schema=None) as batch_op:
        batch_op.drop_index("readiness_gaps_by_division")

    op.drop_table("readiness_gaps")
    op.drop_table("readiness_places")
    op.drop_table("security_events")
