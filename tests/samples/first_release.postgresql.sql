CREATE TABLE alembic_version (
    version_num varchar(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0001');
CREATE TABLE shop (
    shop_id integer NOT NULL,
    CONSTRAINT pk_shop PRIMARY KEY (shop_id)
);
CREATE TABLE repair_order (
    shop_id integer NOT NULL,
    repair_number varchar(64) COLLATE "C" NOT NULL,
    document text NOT NULL,
    version integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT pk_repair_order PRIMARY KEY (shop_id, repair_number),
    CONSTRAINT fk_repair_order_shop_id FOREIGN KEY (shop_id) REFERENCES shop (shop_id)
);
CREATE TABLE api_key (
    digest bytea NOT NULL,
    name text COLLATE "C" NOT NULL,
    can_write boolean NOT NULL,
    shop_ids json,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT pk_api_key PRIMARY KEY (digest),
    CONSTRAINT uq_api_key_name UNIQUE (name)
);
INSERT INTO shop VALUES (33), (2147483647);
INSERT INTO repair_order VALUES
    (33, '606471', '{"status":"Active","total_estimated_hours":48.0}', 3, '2020-03-11 09:30:00.123456+00', '2020-03-12 00:00:00+00'),
    (33, '車-007', '{"customer":{"last_name":"O''Neil 🚗"}}', 1, '2020-03-11 09:30:00.123456+00', '2020-03-11 09:30:00.123456+00');
INSERT INTO api_key VALUES
    ('\x00ff', 'front desk', true, '[33, 34]', '2020-03-11 09:30:00.123456+00', NULL),
    ('\x01', 'everyone', false, NULL, '2020-03-11 09:30:00.123456+00', '2020-03-12 00:00:00+00');
