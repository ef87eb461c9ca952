"""Mails to SNS subscribers."""

import email
import email.policy
import json
import socketserver
import threading
import time
import uuid
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError
from support.emulation import Machines, single, task

from local import settings
from local.sns import mail as sns_mail


@pytest.fixture
def topic(client: Callable[[str], Any]) -> str:
    return client("sns").create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"]


def mails(directory: Path, topic: str) -> list[EmailMessage]:
    """Mails of a topic, in the order of their file names."""
    read = [
        email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in sorted(directory.glob("*.eml"))
    ]
    return [mail for mail in read if mail["X-Amz-Sns-Topic-Arn"] == topic]


def test_each_subscriber_gets_each_mail(client: Callable[[str], Any], topic: str, emulator: SimpleNamespace) -> None:
    sns = client("sns")
    for endpoint in ("one@example.com", "two@example.com"):
        subscribed = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=endpoint)
        assert subscribed["SubscriptionArn"].startswith(topic)
    link = "https://example.com/" + "a" * 1500
    sns.publish(TopicArn=topic, Subject="Reports: 1,000 rows", Message=f"Grüße aus Köln\n\n{link}\n")
    sns.publish(TopicArn=topic, Message="second")

    caught = mails(emulator.directory / "mail", topic)
    assert [(mail["To"], mail["Subject"]) for mail in caught] == [
        ("one@example.com", "Reports: 1,000 rows"),
        ("two@example.com", "Reports: 1,000 rows"),
        ("one@example.com", "AWS Notification Message"),
        ("two@example.com", "AWS Notification Message"),
    ]
    assert caught[0].get_content() == f"Grüße aus Köln\n\n{link}\n"
    assert caught[0].get_content_type() == "text/plain"
    assert abs(caught[0]["Date"].datetime.timestamp() - time.time()) < 60


def test_short_lines_are_readable_in_the_file(
    client: Callable[[str], Any], topic: str, emulator: SimpleNamespace
) -> None:
    client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="one@example.com")
    client("sns").publish(TopicArn=topic, Subject="s", Message="Köln = Cologne")

    files = sorted((emulator.directory / "mail").glob("*one@example.com.eml"))
    assert "\n\nKöln = Cologne" in files[-1].read_text()


@pytest.mark.parametrize("subject", ["x" * 100, "Grüße", "two\nlines", " leading", "tab\t"])
def test_subjects_that_sns_refuses(client: Callable[[str], Any], topic: str, subject: str) -> None:
    with pytest.raises(ClientError, match="Subject") as refused:
        client("sns").publish(TopicArn=topic, Subject=subject, Message="m")
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"


def test_the_longest_subject_and_message(client: Callable[[str], Any], topic: str) -> None:
    client("sns").publish(TopicArn=topic, Subject="x" * 99, Message="ü" * 131_072)
    with pytest.raises(ClientError, match="Message too long"):
        client("sns").publish(TopicArn=topic, Subject="x", Message="ü" * 131_073)
    with pytest.raises(ClientError, match="Empty message"):
        client("sns").publish(TopicArn=topic, Message="")


def test_published_by_a_state_machine(
    machines: Machines, client: Callable[[str], Any], topic: str, emulator: SimpleNamespace
) -> None:
    client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="one@example.com")
    parameters = {"TopicArn": topic, "Subject.$": "$.subject", "Message": "from a state"}
    definition = single(task("arn:aws:states:::sns:publish", Parameters=parameters))

    assert "MessageId" in json.loads(machines.run(definition, {"subject": "Done"})["output"])
    assert [mail["Subject"] for mail in mails(emulator.directory / "mail", topic)] == ["Done"]
    failed = machines.run(definition, {"subject": "x" * 100})
    assert (failed["error"], failed["cause"]) == ("SNS.InvalidParameterException", "Invalid parameter: Subject")


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as one mail takes."""

    received: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.wfile.write(b"220 mailbox\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.received.append(text.decode())
            self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")
            if line == b"QUIT":
                return


def test_mails_are_relayed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Mailbox) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("CELLFLOW_SMTP", f"127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("CELLFLOW_LOCAL_DIR", str(tmp_path))
        relay = settings.smtp_relay()
        assert relay is not None
        sns_mail._relay(relay, sns_mail.compose("one@example.com", "arn:topic", "Subject", "Text\n"))
        server.shutdown()

    assert "Subject: Subject" in Mailbox.received[0] and "Text" in Mailbox.received[0]
