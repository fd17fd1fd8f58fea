"""The fields of what is posted to the service, named as the provider names them."""

from alerting.drill.gateway.store import API_VERSION, Message


def status_form(message: Message) -> dict[str, str]:
    """Return the fields of a status callback for a text."""
    form = {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "From": message.from_,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.to,
    }
    if message.service_sid is not None:
        form["MessagingServiceSid"] = message.service_sid
    if message.error_code is not None:
        form["ErrorCode"] = str(message.error_code)
    if message.status in {"delivered", "undelivered"}:
        form["RawDlrDoneDate"] = message.updated_at.strftime("%y%m%d%H%M")
    return form


def inbound_form(message: Message) -> dict[str, str]:
    """Return the fields that a handset's text is posted with."""
    return {
        "AccountSid": message.account_sid,
        "ApiVersion": API_VERSION,
        "Body": message.body,
        "From": message.from_,
        "MessageSid": message.sid,
        "NumMedia": "0",
        "NumSegments": str(message.segments),
        "SmsMessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "To": message.to,
    }
