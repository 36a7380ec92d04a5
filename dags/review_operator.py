"""The form of a review in Airflow's Required Actions, filled per document when the task runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import AirflowSkipException

from include.retries import actor, connect
from include.review import NOTE, OPTIONS

if TYPE_CHECKING:
    from include.review.form import Form


class ReviewOperator(HITLOperator):
    """Asks the review named by `review_id`; the answer goes into Lading's tables, not into XCom.

    Waits in state `awaiting_input`, which holds no slot. A question that nobody answers within
    `response_timeout` fails this try, and the next try asks it again.
    """

    template_fields = (*HITLOperator.template_fields, "review_id")

    def __init__(self, *, review_id: str, **kwargs: Any) -> None:
        super().__init__(subject="Review", options=OPTIONS, **kwargs)
        self.review_id = review_id

    def _load(self, context: Any) -> Form:
        from include.review.form import build_form

        connect()
        form = build_form(int(self.review_id), context["run_id"])
        self.subject, self.body, self.options = form.subject, form.body, list(form.options)
        inputs = {
            question.key: Param(
                question.value,
                type=["string", "null"],
                title=question.title,
                description=question.description,
            )
            for question in form.questions
        }
        inputs[NOTE] = Param(
            "",
            type=["string", "null"],
            title="note",
            description="stays with Lading",
        )
        self.params = ParamsDict(inputs, suppress_exception=True)
        return form

    def execute(self, context: Any) -> Any:
        if not self._load(context).is_open:
            raise AirflowSkipException("this review is answered already")
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> int:
        from include.review.answer import record_answer

        self._load(context)
        answer = super().execute_complete(context, event)
        user = answer["responded_by_user"] or {}
        record_answer(
            int(self.review_id),
            answer["chosen_options"][0],
            answer["params_input"],
            by=str(user.get("name") or user.get("id") or actor()),
        )
        return int(self.review_id)


def start_reviews(task_id: str, reviews: Any) -> Any:
    """One `review_document` run per entry of the task output `reviews`; known ones are skipped."""
    return TriggerDagRunOperator.partial(
        task_id=task_id,
        trigger_dag_id="review_document",
        logical_date=None,
        skip_when_already_exists=True,
    ).expand_kwargs(reviews)
