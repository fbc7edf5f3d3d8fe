CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0001');
CREATE TABLE shop (
    shop_id INTEGER NOT NULL,
    CONSTRAINT pk_shop PRIMARY KEY (shop_id)
);
CREATE TABLE repair_order (
    shop_id INTEGER NOT NULL,
    repair_number VARCHAR(64) NOT NULL,
    document TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    updated_at DATETIME NOT NULL,
    CONSTRAINT pk_repair_order PRIMARY KEY (shop_id, repair_number),
    CONSTRAINT fk_repair_order_shop_id FOREIGN KEY(shop_id) REFERENCES shop (shop_id)
);
CREATE TABLE api_key (
    digest BLOB NOT NULL,
    name TEXT NOT NULL,
    can_write BOOLEAN NOT NULL,
    shop_ids JSON,
    created_at DATETIME NOT NULL,
    revoked_at DATETIME,
    CONSTRAINT pk_api_key PRIMARY KEY (digest),
    CONSTRAINT uq_api_key_name UNIQUE (name)
);
INSERT INTO shop VALUES (33), (2147483647);
INSERT INTO repair_order VALUES
    (33, '606471', '{"status":"Active","total_estimated_hours":48.0}', 3, '2020-03-11 09:30:00.123456', '2020-03-12 00:00:00.000000'),
    (33, '車-007', '{"customer":{"last_name":"O''Neil 🚗"}}', 1, '2020-03-11 09:30:00.123456', '2020-03-11 09:30:00.123456');
INSERT INTO api_key VALUES
    (X'00FF', 'front desk', true, '[33, 34]', '2020-03-11 09:30:00.123456', NULL),
    (X'01', 'everyone', false, NULL, '2020-03-11 09:30:00.123456', '2020-03-12 00:00:00.000000');
