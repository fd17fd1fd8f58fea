"""Route that predicts when nobody will be unaccounted for ('zero')."""

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
    """The time when nobody is unaccounted for and no call for help is open ('zero').

    It is predicted as an 80 % range.
    """

    seq: int
    """Sequence number of the last log entry that the prediction covers."""
    at: datetime
    """When the prediction was computed, by the service's clock."""
    kind: PredictionKind
    """Whether zero is predicted as a range, was reached, or cannot be predicted."""
    earliest: datetime | None
    """Start of the range: zero comes earlier with a probability of 10 %; null without a range."""
    latest: datetime | None
    """End of the range: zero comes later with a probability of 10 %; null without a range."""
    reached: datetime | None
    """When zero was reached; null if it was not."""
    reason: Withheld | None
    """The reason why no time can be predicted; null if a time is predicted."""
    number: int
    """The number of calls or doors that the reason counts; 0 if it counts nothing."""

    @classmethod
    def of(cls, dated: Dated) -> Self:
        """Join a prediction with the time and log entry on which it is based."""
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
    """Return this process's cache of predictions."""
    predictions: Predictions = connection.app.state.predictions
    return predictions


@router.get("/{alert_id}/prediction")
async def get_prediction(
    alert_id: RowId,
    caller: Caller,
    predictions: Annotated[Predictions, Depends(_predictions)],
    division: DivisionCode | None = None,
) -> PredictionBody:
    """Predict when nobody in a division will be unaccounted for, or say why that is not possible.

    The prediction is computed again at most every two seconds.
    """
    return PredictionBody.of(await predictions.read(caller, alert_id, division))
