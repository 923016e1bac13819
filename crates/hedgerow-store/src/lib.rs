//! What happened: repositories, fabrics, objects, runs, leases, in SQLite or PostgreSQL.
