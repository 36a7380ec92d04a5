"""First start elsewhere (docker-compose.yml): Lading's database, its tables, and the bucket."""

from __future__ import annotations

from include import db
from include.documents.store import S3Store, open_store
from include.embedded.terminal import say
from include.settings import load_settings


def main() -> None:
    """Safe to repeat; what is there already stays."""
    dsn = load_settings().need_db_dsn()
    if db.create_database(dsn):
        say("made Lading's database")
    say(f"{len(db.migrate(dsn))} migrations applied")
    store = open_store()
    if isinstance(store, S3Store) and store.create_bucket():
        say(f"made the bucket {store.bucket}")


if __name__ == "__main__":
    main()
