-- Named documents with their hash: plans with their problems, runs of checks.

CREATE TABLE document (
    document INTEGER PRIMARY KEY,
    estate INTEGER NOT NULL REFERENCES estate,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    recorded_at TEXT NOT NULL,
    summary TEXT NOT NULL, -- JSON
    content BLOB NOT NULL,
    UNIQUE (estate, kind, id)
) STRICT;
