-- The ledger: every change as events under a Merkle tree, of which all other tables are the sum.

-- Events that follow each other, each with its length before it; never changed once written.
CREATE TABLE event_page (
    estate INTEGER NOT NULL REFERENCES estate,
    first INTEGER NOT NULL CHECK (first >= 0),
    events BLOB NOT NULL,
    PRIMARY KEY (estate, first)
) STRICT;

-- The head of the ledger: the number of events and the right edge of their tree.
CREATE TABLE ledger (
    estate INTEGER PRIMARY KEY REFERENCES estate,
    size INTEGER NOT NULL CHECK (size >= 0),
    peaks BLOB NOT NULL
) STRICT;

-- What somebody had refit do, by the number of its first event.
CREATE TABLE command (
    estate INTEGER NOT NULL REFERENCES estate,
    command INTEGER NOT NULL,
    id TEXT,
    verb TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
    stated INTEGER NOT NULL CHECK (stated IN (0, 1)),
    actor TEXT NOT NULL,
    tool TEXT NOT NULL,
    reason TEXT NOT NULL,
    batch INTEGER,
    source TEXT NOT NULL,
    file TEXT NOT NULL,
    undoes INTEGER,
    PRIMARY KEY (estate, command)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX command_by_id ON command (estate, id) WHERE id IS NOT NULL;

-- Signed heads, as C2SP notes.
CREATE TABLE checkpoint (
    estate INTEGER NOT NULL REFERENCES estate,
    size INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (estate, size)
) STRICT, WITHOUT ROWID;

-- The latest observation of every source that does not decide its field: see `Others`.
ALTER TABLE asset ADD COLUMN observations BLOB;
