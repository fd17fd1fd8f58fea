"""Each text column is encrypted, or is listed here as holding no personal data."""

from sqlalchemy import Boolean, Float, Integer
from sqlmodel import SQLModel

import alerting.app  # noqa: F401 - declares all tables
from contacts.encryption.columns import Encrypted
from contacts.tables import Instant

# Columns without personal data: codes of places and households, ids of officers, public keys, words
# of the program, public texts, hashes of random tokens, tokens of attempts (which are valid only in
# signed requests), and ids chosen by providers or clients. Senders of security events are network
# addresses or masked phones.
NOT_PERSONAL = {
    "administration": "officer act division",
    "alerted_groups": "name division",
    "alerts": "identifier status exercise_size exercise_only state origin request request_hash "
    "raised_by idempotency_key reduced_to",
    "approvals": "cause divisions asked_by asked state decided_by",
    "areas": "division",
    "attempts": "token provider outcome provider_id failure",
    "cap_feed_entries": "feed entry",
    "cap_feeds": "name etag last_modified problem",
    "cap_inbox": "source raw digest charset outcome "
    "reason detail sender identifier content summary",
    "cap_inbox_areas": "division",
    "cap_inbox_references": "sender identifier",
    "cap_messages": "identifier sender step divisions drawn document",
    "confirmations": "officer channel",
    "dark_villages": "division found_by",
    "dead_letters": "name problem",
    "deliveries": "recipient_kind recipient division tier channel state",
    "divisions": "code name tier parent assembly_point route words",
    "duty_periods": "officer kind in_place_of",
    "duty_turns": "officer zone",
    "encryption_keys": "id",
    "events": "kind division subject salt commitment",
    "evidence": "household report persons channel source",
    "hazard_point_households": "point household",
    "hazard_points": "code name division hazard area watcher assembly_point route",
    "exercise_outcomes": "outcome detail chinese",
    "exercise_plans": "division size hazard planned_by cancelled_by",
    "help_cases": "household division state reason owner",
    "household_phones": "household",
    "households": "code division language officer centre courtyard",
    "inbound": "provider_id intent reason recipient settled_by",
    "issuers": "division issuer",
    "leases": "name holder",
    "links": "household",
    "machine_tokens": "hash kind name",
    "officer_calls": "officer division",
    "officer_phones": "officer",
    "officer_sessions": "hash officer device",
    "officer_tokens": "hash officer",
    "officers": "id role division deputy_of language",
    "officer_notices": "officer kind language about",
    "paces": "sender",
    "past_divisions": "code name assembly_point words",
    "past_officers": "id role division deputy_of",
    "passkeys": "officer credential public_key",
    "phone_tests": "token officer provider language outcome failure provider_id reported",
    "providers": "name condition",
    "receipts": "attempt provider_id status",
    "recovery_codes": "officer issued_by",
    "readiness_gaps": "reason subject division",
    "readiness_places": "division withheld",
    "roll": "household division language officer added_by standing reason",
    "roll_calls": "called_by",
    "roster_columns": "kind division heading field",
    "security_events": "kind division officer sender route detail",
    "sensor_notes": "sensor news detail",
    "sensor_readings": "sensor unit status verdict",
    "sensor_states": "sensor level owes",
    "sensor_texts": "officer kind language state token",
    "sign_in_links": "hash officer path language browser",
    "tallies": "division",
    "tasks": "household division officer cause state",
    "text_parts": "message_id",
    "texts": "kind language division link",
    "used_challenges": "hash",
    "webhook_positions": "name",
    "webhook_security_positions": "name",
    "webhooks": "name problem",
    "work_groups": "name owner",
}


def test_each_text_column_is_encrypted_or_listed() -> None:
    plain = {
        table.name: " ".join(
            each.name
            for each in table.c
            if not isinstance(each.type, (Boolean, Encrypted, Float, Instant, Integer))
        )
        for table in SQLModel.metadata.tables.values()
    }
    assert {name: columns for name, columns in plain.items() if columns} == NOT_PERSONAL
