"""Places among what search reads.

Revision: 0025, after 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_PLACES = (
    """
CREATE FUNCTION keep_search_document_of_places() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF tg_op = 'DELETE' THEN
        DELETE FROM search_documents WHERE kind = 'places' AND subject_id = old.place_id;
    ELSE
        PERFORM put_search_document('places', new.place_id, new.name,
            concat_ws(E'\\n', nullif(new.description, ''), new.address, new.city));
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER places_search_document
    AFTER INSERT OR DELETE OR UPDATE OF name, description, address, city ON places
    FOR EACH ROW EXECUTE FUNCTION keep_search_document_of_places()
""",
    """
SELECT count(put_search_document('places', place_id, name,
    concat_ws(E'\\n', nullif(description, ''), address, city))) FROM places
""",
)


def upgrade() -> None:
    for statement in _PLACES:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER places_search_document ON places")
    op.execute("DROP FUNCTION keep_search_document_of_places()")
    op.execute("DELETE FROM search_documents WHERE kind = 'places'")
