"""Make the tables of shops, repair orders and API keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "shop",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("shop_id", name="pk_shop"),
    )
    op.create_table(
        "repair_order",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "repair_number",
            sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("shop_id", "repair_number", name="pk_repair_order"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.shop_id"], name="fk_repair_order_shop_id"),
    )
    op.create_table(
        "api_key",
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "name",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("can_write", sa.Boolean(), nullable=False),
        sa.Column("shop_ids", sa.JSON()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("digest", name="pk_api_key"),
        sa.UniqueConstraint("name", name="uq_api_key_name"),
    )
