CREATE TABLE IF NOT EXISTS users (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    role     TEXT NOT NULL DEFAULT 'user',
    credits  INTEGER NOT NULL DEFAULT 100 CHECK (credits >= 0)
);

-- One token for each user: a new one replaces the old.
CREATE TABLE IF NOT EXISTS tokens (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    token   TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS notes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL REFERENCES users (id),
    text    TEXT NOT NULL
);

-- Deferred: whether the users exist is looked at when the transaction commits.
CREATE TABLE IF NOT EXISTS transfers (
    id       INTEGER PRIMARY KEY,
    sender   INTEGER NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    receiver INTEGER NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    amount   INTEGER NOT NULL
);

-- The password is `lovelace`.
INSERT OR IGNORE INTO users (id, name, role, password)
VALUES (1, 'ada', 'admin', '$argon2id$v=19$m=19456,t=2,p=1$YWRhJ3Mgbm90ZXMgMTg0Mw$8U37X+mPeoBYdJSROrcat0p1RnrVDC/ciZVp+PJmNsM');
