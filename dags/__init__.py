"""The DAGs: one file per DAG, and the two classes that Airflow loads by name."""
