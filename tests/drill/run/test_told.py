from datetime import timedelta

from alerting.drill.run.told import told
from tests.support.clocks import story_time
from tests.support.simulated_city import ANCHOR, city_of, household

CITY = city_of(household(1), household(2), household(3, phones=0))


def test_household_without_a_phone_is_not_listed_as_untold() -> None:
    first, second = (home.phones[0] for home in list(CITY.households.values())[:2])
    sent = (ANCHOR + timedelta(seconds=4)).isoformat()
    texts = [
        {"to": first, "body": "1", "status": "delivered", "sent_at": sent},
        {"to": first, "body": "1", "status": "delivered", "sent_at": sent},
        {"to": second, "body": "1", "status": "failed", "sent_at": None},
    ]
    assert told(CITY, story_time(1.0, ANCHOR), texts) == {
        "seconds_to_first_message": 4.0,
        "seconds_to_last_message": 4.0,
        "duplicate_texts": 1,
        "untold_households": [list(CITY.households)[1]],
    }
