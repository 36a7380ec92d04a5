"""What the stack consists of: Postgres, the ERP, Airflow."""
