"""Columns of the tables of memories, and of what the service needs to keep them."""

from __future__ import annotations

from memsvc.core.data_map.entry import Cell, Entry, Holds, table

ROW = "deleting the row, then the purge"
WITH_MEMORY = "as long as the memory"
ALWAYS = "as long as the database"
AGENT = Cell(Holds.RANDOM_ID, "whose row it is")
MEMORY = Cell(Holds.RANDOM_ID, "which memory it belongs to")
SLOT = Cell(Holds.RANDOM_ID, "which key seals the row; none in tier `store`")

SERVICE = (
    *table(
        "alembic_version",
        {"version_num": Cell(Holds.CODE, "which migrations were applied")},
        destroyed_by="the next migration",
        kept=ALWAYS,
    ),
    *table(
        "sqlite_sequence",
        {
            "name": Cell(Holds.CODE, "SQLite's own: a table whose keys are counted"),
            "seq": Cell(Holds.NUMBER, "SQLite's own: no surrogate is given twice"),
        },
        destroyed_by="nothing",
        kept=ALWAYS,
    ),
    *table(
        "service_state",
        {
            "name": Cell(Holds.CODE, "what the value is"),
            "value": Cell(Holds.NUMBER, "which keys belong to the database; when a purge is due"),
        },
        destroyed_by="being replaced",
        kept=ALWAYS,
    ),
    *table(
        "models",
        {
            "model_no": Cell(Holds.RANDOM_ID, "which model made a vector"),
            "name": Cell(Holds.OPERATOR_TEXT, "the model's name, as the settings give it"),
            "dimension": Cell(Holds.NUMBER, "numbers in a vector"),
            "normalised": Cell(Holds.CODE, "whether vectors have length 1"),
        },
        destroyed_by="nothing",
        kept=ALWAYS,
    ),
    *table(
        "api_keys",
        {
            "key_id": Cell(Holds.RANDOM_ID, "names the key in logs and lists"),
            "tenant": Cell(Holds.CHOSEN_ID, "whose key it is"),
            "name": Cell(Holds.OPERATOR_TEXT, "a label for operators"),
            "role": Cell(Holds.CODE, "what the key may do"),
            "agent_pattern": Cell(Holds.CHOSEN_ID, "for which agents"),
            "digest": Cell(Holds.DIGEST, "recognises the key, which is stored nowhere"),
            "created_at": Cell(Holds.TIME, "when it was made"),
            "expires_at": Cell(Holds.TIME, "until when it is good"),
            "revoked_at": Cell(Holds.TIME, "since when it is not"),
        },
        destroyed_by="nothing; a revoked key stays known as revoked",
        kept=ALWAYS,
    ),
    *table(
        "idempotency_keys",
        {
            "day": Cell(Holds.TIME, "of which day the key is"),
            "key_slot": Cell(Holds.RANDOM_ID, "where the day's key is"),
        },
        destroyed_by=ROW,
        kept="until the day after the next",
    ),
    *table(
        "idempotency_records",
        {
            "agent_key": AGENT,
            "token": Cell(Holds.DIGEST, "finds a request that is sent again", "the day's key"),
            "day": Cell(Holds.TIME, "whose key made the digest"),
            "digest": Cell(Holds.DIGEST, "whether it is the same request", "the day's key"),
            "answer": Cell(Holds.RANDOM_ID, "ids and events of the answer, to give it again"),
            "created_at": Cell(Holds.TIME, "when it was answered"),
        },
        destroyed_by=ROW,
        kept="until the day after the next",
    ),
)

AGENTS = (
    *table(
        "agents",
        {
            "agent_key": Cell(Holds.RANDOM_ID, "short for tenant and agent id"),
            "tenant": Cell(Holds.CHOSEN_ID, "whose agent it is"),
            "agent_id": Cell(Holds.CHOSEN_ID, "the name it is called by"),
            "sequence": Cell(Holds.NUMBER, "counts changes, so that indexes can follow"),
            "erasure_epoch": Cell(Holds.NUMBER, "counts erasures, so that caches are dropped"),
            "wrapped_key": Cell(
                Holds.KEY,
                "wraps the keys of the agent's memories; itself under the root key",
                "rotation, which every erasure orders where keys are rows",
            ),
            "created_at": Cell(Holds.TIME, "when it was first written to"),
            "rotation_due": Cell(Holds.TIME, "since when the key is to be replaced"),
            "settings": Cell(Holds.NUMBER, "weights of its ranking, days its kinds are kept"),
            "suppress_until": Cell(Holds.TIME, "until when it has tombstones"),
        },
        destroyed_by="deleting the row, when all of the agent is forgotten",
        kept="until all of the agent is forgotten",
    ),
    *table(
        "agent_names",
        {
            "tenant": Cell(Holds.CHOSEN_ID, "whose agent it is"),
            "agent_id": Cell(Holds.CHOSEN_ID, "the name it is called by"),
            "agent_key": Cell(Holds.RANDOM_ID, "which agent the name means"),
        },
        destroyed_by="deleting the row, when all of the agent is forgotten",
        kept="until all of the agent is forgotten",
    ),
    *table(
        "people",
        {
            "agent_key": AGENT,
            "person_no": Cell(Holds.RANDOM_ID, "stands for the person in other rows"),
            "token": Cell(Holds.IDENTITY_TOKEN, "finds the person of a given identity"),
            "key_slot": SLOT,
            "sealed": Cell(Holds.SEALED, "the identity, to show it again", "the row's key slot"),
        },
        destroyed_by=ROW,
        kept="as long as a memory or a marked source names the person",
    ),
    *table(
        "sessions",
        {
            "agent_key": AGENT,
            "session_no": Cell(Holds.RANDOM_ID, "stands for the session in other rows"),
            "token": Cell(Holds.IDENTITY_TOKEN, "finds the session of a given id"),
            "key_slot": SLOT,
            "sealed": Cell(Holds.SEALED, "the session's id", "the row's key slot"),
        },
        destroyed_by=ROW,
        kept="as long as a memory or a marked source names the session",
    ),
    *table(
        "changes",
        {
            "agent_key": AGENT,
            "sequence": Cell(Holds.NUMBER, "which change it was"),
            "number": Cell(Holds.RANDOM_ID, "which memory changed, or went"),
        },
        destroyed_by="the purge",
        kept="the last 10,000 changes of an agent",
    ),
    *table(
        "key_slots",
        {
            "agent_key": AGENT,
            "slot": Cell(Holds.RANDOM_ID, "names the key; on PostgreSQL alone"),
            "wrapped": Cell(
                Holds.KEY,
                "the key of a memory, person, session, day, request; under the agent's key",
                "deleting the row, then rotation of the agent's key",
            ),
        },
        destroyed_by=ROW,
        kept="as long as what it seals",
    ),
    *table(
        "shreddings",
        {
            "agent_key": AGENT,
            "key_slot": Cell(Holds.RANDOM_ID, "a key to be destroyed, if need be after a crash"),
            "ordered_at": Cell(Holds.TIME, "since when"),
        },
        destroyed_by=ROW,
        kept="until the key is destroyed, usually milliseconds; then to the next start or tick",
    ),
)

MEMORIES = (
    *table(
        "memories",
        {
            "agent_key": AGENT,
            "number": Cell(Holds.RANDOM_ID, "order of writing; stands for it in other rows"),
            "id": Cell(Holds.CHOSEN_ID, "drawn, or chosen by the client"),
            "version": Cell(Holds.NUMBER, "how often it was reworded"),
            "kind": Cell(Holds.CODE, "episodic, semantic or procedural"),
            "status": Cell(Holds.CODE, "whether searches find it"),
            "trust": Cell(Holds.CODE, "how far it is believed"),
            "channel": Cell(Holds.CODE, "where its words came from"),
            "created_at": Cell(Holds.TIME, "when it was written"),
            "updated_at": Cell(Holds.TIME, "when it was changed last"),
            "event_time": Cell(Holds.TIME, "when it happened"),
            "last_used_at": Cell(Holds.TIME, "for its retention"),
            "valid_from": Cell(Holds.TIME, "from when on it is true"),
            "valid_to": Cell(Holds.TIME, "until when"),
            "superseded_at": Cell(Holds.TIME, "when a newer one took its place"),
            "superseded_by": Cell(Holds.CHOSEN_ID, "which one"),
            "expires_at": Cell(Holds.TIME, "when it is to be erased"),
            "use_count": Cell(Holds.NUMBER, "for its retention"),
            "importance": Cell(Holds.NUMBER, "as given"),
            "confidence": Cell(Holds.NUMBER, "how sure it is"),
            "stability_days": Cell(Holds.NUMBER, "for its retention"),
            "difficulty": Cell(Holds.NUMBER, "for its retention"),
            "pinned": Cell(Holds.CODE, "whether retention policies spare it"),
            "derived": Cell(Holds.CODE, "whether it has sources"),
            "user_no": Cell(Holds.RANDOM_ID, "whom it came from: `people`"),
            "session_no": Cell(Holds.RANDOM_ID, "in which session: `sessions`"),
            "key_slot": SLOT,
            "sealed": Cell(
                Holds.SEALED,
                "text, people, session, speaker, metadata, slots",
                "its key slot",
            ),
            "restricted": Cell(Holds.CODE, "whether it is held back from every reader"),
            "stated_trust": Cell(Holds.CODE, "its trust before its sources lowered it"),
            "stated_valid_to": Cell(Holds.TIME, "until when it is true, as the caller said"),
            "disputed_with": Cell(Holds.CHOSEN_ID, "which one says otherwise"),
        },
        destroyed_by=ROW,
        kept="until it is forgotten, expires, or its kind's retention is over",
    ),
    *table(
        "vectors",
        {
            "agent_key": AGENT,
            "number": MEMORY,
            "model_no": Cell(Holds.RANDOM_ID, "which model made it"),
            "sealed": Cell(Holds.SEALED, "meaning, as numbers", "the memory's key slot"),
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "memory_subjects",
        {
            "agent_key": AGENT,
            "person_no": Cell(Holds.RANDOM_ID, "whom the memory is about: `people`"),
            "number": MEMORY,
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "memory_versions",
        {
            "agent_key": AGENT,
            "number": MEMORY,
            "version": Cell(Holds.NUMBER, "which of its wordings"),
            "recorded_at": Cell(Holds.TIME, "since when it stood"),
            "superseded_at": Cell(Holds.TIME, "until when"),
            "sealed": Cell(Holds.SEALED, "how it was worded", "the memory's key slot"),
        },
        destroyed_by=ROW,
        kept=WITH_MEMORY,
    ),
    *table(
        "lineage",
        {
            "agent_key": AGENT,
            "child": Cell(Holds.RANDOM_ID, "a memory that was derived"),
            "parent": Cell(Holds.RANDOM_ID, "from this one"),
            "relation": Cell(Holds.CODE, "how"),
        },
        destroyed_by=ROW,
        kept="as long as both memories",
    ),
)

COLUMNS: tuple[Entry, ...] = (*SERVICE, *AGENTS, *MEMORIES)
