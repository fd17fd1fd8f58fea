"""Route of the prediction of the moment at which nobody is unaccounted."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends
from starlette.requests import HTTPConnection

from alerting.access.callers import Caller
from alerting.database.tables import RowId
from alerting.feed.predicted import PredictionKind, Withheld
from alerting.prediction.read import Dated, Predictions
from contacts.bounds import Body
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class PredictionBody(Body):
    """When nobody will be unaccounted and no call for help open: a range of 80 %, or why none."""

    seq: int
    """The last entry of the alert's log that it knows, as in the feed."""
    at: datetime
    """When it was made, in the alert's time."""
    kind: PredictionKind
    """Kind of the prediction."""
    earliest: datetime | None
    """With a range: zero comes before it with a chance of 10 %."""
    latest: datetime | None
    """With a range: zero comes after it with a chance of 10 %."""
    reached: datetime | None
    """When zero was reached; null: it was not."""
    reason: Withheld | None
    """Why no time can be named; null: one can."""
    number: int
    """The number that the reason counts; 0: it counts nothing."""

    @classmethod
    def of(cls, dated: Dated) -> Self:
        """Return the body for a prediction."""
        made = dated.prediction
        return cls(
            seq=dated.seq,
            at=dated.at,
            kind=made.kind,
            earliest=made.earliest,
            latest=made.latest,
            reached=made.reached,
            reason=made.reason,
            number=made.number,
        )


async def _predictions(connection: HTTPConnection) -> Predictions:
    """Return the predictions of this process."""
    predictions: Predictions = connection.app.state.predictions
    return predictions


@router.get("/{alert_id}/prediction")
async def get_prediction(
    alert_id: RowId,
    caller: Caller,
    predictions: Annotated[Predictions, Depends(_predictions)],
    division: DivisionCode | None = None,
) -> PredictionBody:
    """Predict when nobody of a division will be unaccounted, as a range, or say why not.

    It is computed anew at most every two seconds.
    """
    return PredictionBody.of(await predictions.read(caller, alert_id, division))
