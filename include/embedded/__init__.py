"""The embedded stack: Postgres, ERP and Airflow on one machine."""
