"""An example of each request body for the API's readers, by schema name."""

from collections.abc import Mapping
from typing import Any, Final

_VILLAGE: Final = "511921100208"

_HOUSEHOLD: Final = f"{_VILLAGE}0001"

_OFFICER: Final = "grid"

_PERSON: Final = {
    "name": "何翠英",
    "role": "grid_officer",
    "division": _VILLAGE,
    "phones": ["13900000001"],
}

_CREDENTIAL: Final = "Aa0bB1cC2dD3eE4fF5gG6h"

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "AddOfficerBody": _PERSON,
    "AlertRequest": {
        "status": "Exercise",
        "exercise": {"size": "officers"},
        "event": "滑坡",
        "description": "后山裂缝变宽",
        "instruction": "立即撤离",
        "assembly_point": "村小学",
        "area": {"divisions": [_VILLAGE]},
    },
    "AskBody": {"channel": "sms"},
    "CancelBody": {"reason": "裂缝是旧的"},
    "Changes": {"assembly_point": "镇中学"},
    "CheckInBody": {"household": _HOUSEHOLD, "people": 2, "key": "shelter-1-0001"},
    "DoorsBody": {"division": _VILLAGE},
    "DutyPeriodBody": {
        "officer": _OFFICER,
        "kind": "leave",
        "begins": "2090-09-01T08:00",
        "ends": "2090-09-02T08:00",
    },
    "DutyTurnsBody": {
        "turns": [{"weekday": 1, "begins": "20:00", "ends": "08:00"}],
        "version": "0" * 64,
    },
    "EditDivisionBody": {
        "name": "千佛村",
        "assembly_point": "村小学",
        "route": "沿河向上",
        "version": "0" * 64,
    },
    "EditOfficerBody": {**_PERSON, "version": "0" * 64},
    "EditHouseholdBody": {
        "headcount": 3,
        "phones": ["13900000001"],
        "language": "zh",
        "vulnerable": ["elderly"],
        "version": "0" * 64,
    },
    "FindingBody": {
        "household": _HOUSEHOLD,
        "report": "evacuated",
        "note": "全家到了村小学",
        "key": "door-1-0001",
    },
    "HomeBody": {"division": "511921100", "division_name": "诺江镇"},
    "FoundingBody": {
        "name": "张三",
        "phone": "13900000001",
        "language": "zh",
        "division": "511921",
        "division_name": "通江县",
        "code": "ABCDEFGHJK",
    },
    "HandOnBody": {"officer": _OFFICER},
    "NameIssuerBody": {
        "names": {"zh": "通江县应急管理局", "en": "Tongjiang County Emergency Management Bureau"},
        "version": 0,
    },
    "NewPasskeyBody": {
        "id": _CREDENTIAL,
        "name": "我的手机",
        "response": {"clientDataJSON": "eyJ0eXBlIjo", "attestationObject": "o2NmbXRkbm9uZQ"},
    },
    "PlanBody": {
        "division": _VILLAGE,
        "size": "officers",
        "hazard": "landslide",
        "at": "2090-09-05T09:30",
        "monthly": True,
    },
    "ReadingBody": {"report": "evacuated", "household": _HOUSEHOLD},
    "RecoverBody": {"officer": _OFFICER, "code": "ABCDEFGHJK"},
    "RecoveryBody": {"officer": _OFFICER},
    "RetireHazardPointBody": {"version": 1, "reason": "已治理"},
    "RetireHouseholdBody": {"reason": "搬走了"},
    "RetireOfficerBody": {"reason": "调走了"},
    "SaveHazardPointBody": {
        "name": "大梁滑坡",
        "division": _VILLAGE,
        "hazard": "landslide",
        "assembly_point": "村小学",
        "route": "沿水泥路向上",
        "circles": [{"centre": [107.2, 31.905], "radius_km": 0.3}],
        "version": 0,
    },
    "TryPolicyBody": {"text": "[household.voice]\ntries = 2\n"},
    "MoveHouseholdBody": {"division": _VILLAGE, "address": "2组5号", "version": "0" * 64},
    "SplitHouseholdBody": {
        "division": _VILLAGE,
        "address": "2组5号",
        "head": "何小英",
        "headcount": 2,
        "persons": ["何小英"],
        "phones": ["13900000002"],
        "vulnerable": [],
        "version": "0" * 64,
    },
    "MergeHouseholdsBody": {
        "into": "5119211002080002",
        "headcount": 4,
        "version": "0" * 64,
        "into_version": "1" * 64,
    },
    "SendAgainBody": {"division": _VILLAGE},
    "SendBody": {"household": _HOUSEHOLD, "officer": _OFFICER},
    "SensorReadingsBody": {
        "readings": [
            {"value": 12.5, "unit": "mm/h", "at": "2026-08-29T19:05:00+08:00", "status": "ok"}
        ]
    },
    "SignInBody": {"officer": _OFFICER, "path": "/doors"},
    "SplitBody": {"officer": _OFFICER},
    "UsedPasskeyBody": {
        "id": _CREDENTIAL,
        "response": {
            "clientDataJSON": "eyJ0eXBlIjo",
            "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4",
            "signature": "MEUCIQDHc0",
        },
    },
    "VisitorsBody": {
        "division": _VILLAGE,
        "name": "农家乐的客人",
        "people": 3,
        "report": "evacuated",
        "key": "visitors-1-0001",
    },
    "WidenBody": {"area": {"divisions": ["511921100209"]}},
}
