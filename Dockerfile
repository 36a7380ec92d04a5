# Airflow's official image plus Lading and its locked requirements.
FROM apache/airflow:3.3.2-python3.11

COPY --chown=airflow:0 requirements.lock /opt/airflow/requirements.lock
# The lock is complete: nothing else is resolved, so no torch and no second opencv come in.
RUN pip install --no-cache-dir --no-deps -r /opt/airflow/requirements.lock

COPY --chown=airflow:0 config /opt/airflow/config
COPY --chown=airflow:0 include /opt/airflow/include
COPY --chown=airflow:0 plugins /opt/airflow/plugins
COPY --chown=airflow:0 dags /opt/airflow/dags
ENV PYTHONPATH=/opt/airflow:/opt/airflow/config
