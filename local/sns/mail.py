"""E-mail subscribers of SNS topics get their mail: files in the mail directory, and a relay where one is set."""

import html
import itertools
import logging
import re
import smtplib
import threading
from datetime import datetime, timezone
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Any

from ministack.services import sns
from ministack.services import stepfunctions as sfn

from local import settings
from local.overriding import original, override

logger = logging.getLogger("cellflow.mail")

SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
DEFAULT_SUBJECT = "AWS Notification Message"
LONGEST_LINE = 990

_numbers = itertools.count(1)


def install() -> None:
    @override(sns, "publish_internal")
    def publish_internal(topic_arn: str, message: Any, subject: str = "", **kwargs: Any) -> Any:
        refuse(subject, message)
        return original(publish_internal)(topic_arn, message, subject, **kwargs)

    @override(sns, "_fanout")
    def fanout(
        topic_arn: str,
        msg_id: str,
        message: str,
        subject: str,
        structure: str = "",
        attributes: Any = None,
        **kwargs: Any,
    ) -> None:
        original(fanout)(topic_arn, msg_id, message, subject, structure, attributes, **kwargs)
        topic = sns._topic_by_arn_any_scope(topic_arn)
        for subscription in topic["subscriptions"] if topic else []:
            protocol = subscription.get("protocol")
            if protocol not in ("email", "email-json"):
                continue
            text = sns._resolve_message_for_protocol(message, structure, protocol)
            if not sns._matches_filter_policy(subscription, attributes or {}, text):
                continue
            if protocol == "email-json":
                text = sns._build_envelope(topic_arn, msg_id, text, subject, attributes or {}, False)
            deliver(subscription["endpoint"], topic_arn, subject, text)

    def invoke_sns_publish(_resource: str, parameters: dict[str, Any]) -> dict[str, str]:
        """The `sns:publish` integration, with errors named as AWS names them."""
        status, _, body = sns._publish(parameters)
        answer = body.decode()
        if status >= 400:
            code, cause = (html.unescape(_element(answer, name)) for name in ("Code", "Message"))
            raise sfn._ExecutionError(f"SNS.{code.removesuffix('Exception')}Exception", cause)
        return {"MessageId": _element(answer, "MessageId")}

    sfn._SERVICE_DISPATCH["arn:aws:states:::sns:publish"] = invoke_sns_publish


def _element(document: str, name: str) -> str:
    found = re.search(rf"<{name}>(.*?)</{name}>", document, re.DOTALL)
    return found.group(1) if found else ""


def refuse(subject: str | None, message: Any) -> None:
    """Raise for what SNS does not take."""
    if subject and not re.fullmatch(r"[!-~][ -~]{0,98}", subject):
        raise sns.SnsPublishError("InvalidParameter", "Invalid parameter: Subject")
    if not message:
        raise sns.SnsPublishError("InvalidParameter", "Invalid parameter: Empty message")


def deliver(recipient: str, topic_arn: str, subject: str | None, text: str) -> None:
    """Write a mail into the mail directory, and hand it to the relay without waiting."""
    mail = compose(recipient, topic_arn, subject or DEFAULT_SUBJECT, text)
    directory = settings.mail_dir()
    directory.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%f")[:-3]
    safe_recipient = re.sub(r"[^\w.@+-]", "_", recipient)
    path = directory / f"{stamp}-{next(_numbers):05d}-{safe_recipient}.eml"
    # Under another name until it is whole: whoever watches the directory reads complete mails.
    draft = path.with_suffix(".part")
    draft.write_bytes(mail.as_bytes())
    draft.rename(path)
    logger.info("mail to %s: %s (%s)", recipient, subject, path.name)
    if relay := settings.smtp_relay():
        threading.Thread(target=_relay, args=(relay, mail), daemon=True).start()


def compose(recipient: str, topic_arn: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP.clone(linesep="\n"))
    mail["From"] = SENDER
    mail["To"] = recipient
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.now(timezone.utc))
    mail["Message-ID"] = make_msgid(domain="sns.amazonaws.com")
    mail["X-Amz-Sns-Topic-Arn"] = topic_arn
    plain = all(len(line.encode()) <= LONGEST_LINE for line in text.splitlines())
    mail.set_content(text, charset="utf-8", cte="8bit" if plain else "quoted-printable")
    return mail


def _relay(address: tuple[str, int], mail: EmailMessage) -> None:
    try:
        with smtplib.SMTP(*address, timeout=10) as server:
            server.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("mail to %s was not relayed to %s:%s: %s", mail["To"], *address, error)
