-- The full layout: what the numbered steps under migrations/ add up to, by test.

-- The register: estates, the files that made them, devices, organisations, models and settings.
-- Dates are ISO 8601 texts, money is whole pence, numbers are in the steps of their field's unit.

CREATE TABLE estate (
    estate INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One file that became part of the register in one transaction.
CREATE TABLE batch (
    estate INTEGER NOT NULL REFERENCES estate,
    batch INTEGER NOT NULL CHECK (batch > 0),
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    kind TEXT NOT NULL,
    preset TEXT NOT NULL,
    map_sha256 TEXT CHECK (length(map_sha256) = 64),
    mode TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    rows INTEGER NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    PRIMARY KEY (estate, batch)
) STRICT, WITHOUT ROWID;

-- One row a device, one column a field; `asset` is a row number and means nothing outside.
CREATE TABLE asset (
    asset INTEGER PRIMARY KEY,
    estate INTEGER NOT NULL REFERENCES estate,
    asset_tag TEXT,
    serial_number TEXT,
    class TEXT NOT NULL,
    manufacturer TEXT,
    model TEXT,
    site TEXT,
    status TEXT,
    purchase_date TEXT CHECK (length(purchase_date) = 10),
    purchase_cost INTEGER, -- pence
    warranty_end TEXT CHECK (length(warranty_end) = 10),
    owner TEXT,
    budget_holder TEXT,
    custodian TEXT,
    support_provider TEXT,
    funding_class TEXT,
    funding_stream TEXT,
    role TEXT,
    assigned_user TEXT,
    clinical_role TEXT,
    notes TEXT,
    os TEXT,
    os_edition TEXT,
    os_build TEXT,
    ram_gib INTEGER, -- MiB
    ram_visible_gib INTEGER, -- MiB
    disk_gb INTEGER, -- MB
    disk_type TEXT,
    cpu TEXT,
    cores INTEGER,
    tpm_version TEXT,
    tpm_state TEXT,
    uefi INTEGER CHECK (uefi IN (0, 1)),
    secure_boot INTEGER CHECK (secure_boot IN (0, 1)),
    secure_boot_capable INTEGER CHECK (secure_boot_capable IN (0, 1)),
    secure_boot_2023_ca INTEGER CHECK (secure_boot_2023_ca IN (0, 1)),
    firmware_version TEXT,
    firmware_date TEXT CHECK (length(firmware_date) = 10),
    encryption TEXT,
    antivirus_date TEXT CHECK (length(antivirus_date) = 10),
    last_patch_date TEXT CHECK (length(last_patch_date) = 10),
    battery_percent INTEGER, -- percent
    resolution TEXT,
    diagonal_in INTEGER, -- tenths of an inch
    reader_form TEXT,
    reader_ccid INTEGER CHECK (reader_ccid IN (0, 1)),
    usb_vid_pid TEXT,
    scan_protocol TEXT,
    mopria INTEGER CHECK (mopria IN (0, 1)),
    ipp INTEGER CHECK (ipp IN (0, 1)),
    driver_kind TEXT,
    wwan_sim INTEGER CHECK (wwan_sim IN (0, 1)),
    hello_ir INTEGER CHECK (hello_ir IN (0, 1)),
    remote_capable INTEGER CHECK (remote_capable IN (0, 1)),
    last_seen TEXT CHECK (length(last_seen) = 10),
    memory_slots_free INTEGER,
    memory_socketed INTEGER CHECK (memory_socketed IN (0, 1)),
    -- Which row of which batch decided each field, and the day its source saw it: see `EvidenceMap`.
    evidence BLOB NOT NULL, observations BLOB,
    CHECK (asset_tag IS NOT NULL OR serial_number IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX asset_by_tag ON asset (estate, asset_tag) WHERE asset_tag IS NOT NULL;
CREATE UNIQUE INDEX asset_by_serial ON asset (estate, serial_number) WHERE serial_number IS NOT NULL;

CREATE TABLE organisation (
    estate INTEGER NOT NULL REFERENCES estate,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    tier INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 2),
    list_size INTEGER,
    clinical_system TEXT,
    planned_close TEXT CHECK (length(planned_close) = 10),
    merge_into TEXT,
    batch INTEGER NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (estate, code)
) STRICT, WITHOUT ROWID;

-- A dated tie: holds from the first day up to, but not including, the last.
CREATE TABLE organisation_link (
    estate INTEGER NOT NULL,
    code TEXT NOT NULL,
    position INTEGER NOT NULL,
    parent TEXT NOT NULL,
    relation TEXT NOT NULL,
    from_day TEXT CHECK (length(from_day) = 10),
    until_day TEXT CHECK (length(until_day) = 10),
    PRIMARY KEY (estate, code, position),
    FOREIGN KEY (estate, code) REFERENCES organisation (estate, code) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE model (
    estate INTEGER NOT NULL REFERENCES estate,
    manufacturer TEXT NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    aliases TEXT NOT NULL, -- separated by line feeds
    end_of_sale TEXT CHECK (length(end_of_sale) = 10),
    end_of_support TEXT CHECK (length(end_of_support) = 10),
    life_years INTEGER,
    facts TEXT NOT NULL, -- `field=value`, separated by line feeds
    embodied_gco2e INTEGER,
    assurances TEXT NOT NULL, -- separated by line feeds
    batch INTEGER NOT NULL,
    row INTEGER NOT NULL,
    PRIMARY KEY (estate, manufacturer, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    estate INTEGER NOT NULL REFERENCES estate,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (estate, name)
) STRICT, WITHOUT ROWID;

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
