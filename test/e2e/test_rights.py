"""Rights: the edition of these tests judges every call by the policies of who makes it, as IAM does.

That the deployed roles may do what they have to is shown by all tests that run on it. Here: what is missing is told.
"""

import json
import uuid
from typing import Any

import pytest
from support.files import clean_csv
from support.lake import assert_exact
from support.laptop import Laptop, until
from support.rights import role_of_function, role_of_job, without

pytestmark = pytest.mark.usefixtures("few_reports")


def test_an_upload_goes_on_by_redrives_once_each_missing_right_is_there(laptop: Laptop) -> None:
    key, body = "rights/stages.csv", clean_csv(400, seed=71, days=("2026-03-11",))
    seal, report = role_of_function(laptop, "seal-upload"), role_of_function(laptop, "run-report")
    mailing = role_of_function(laptop, "mail-reports")

    with without(laptop, seal, "s3:GetObject", "/claims/*"):
        upload, ended = laptop.run(body, key)
        execution = ended["executionArn"]
        assert (ended["status"], laptop.states_entered(execution)[-1]) == ("FAILED", "Seal upload")
        assert (seal, "s3:GetObject", f"arn:aws:s3:::{laptop.outputs['LakeBucket']}/{upload.claim}") in laptop.denied()
        laptop.mail_that_names(upload.key, "Seal upload")

    with without(laptop, report, "s3:GetObject", "/measurements/*"):
        assert laptop.redrive(execution)["error"] == "ReportFailed"
        denied = [(who, action) for who, action, resource in laptop.denied() if "/measurements/day=" in resource]
        assert (report, "s3:GetObject") in denied

    with without(laptop, mailing, "sns:Publish", ":cellflow-reports"):
        assert laptop.redrive(execution)["error"] == "AuthorizationErrorException"
        assert [(who, action) for who, action, _ in laptop.denied()] == [(mailing, "sns:Publish")]

    assert laptop.redrive(execution)["status"] == "SUCCEEDED"
    assert_exact(laptop, key, upload, body, [upload])


def test_the_job_lands_what_waits_once_it_may(laptop: Laptop) -> None:
    key, body = "rights/job.csv", clean_csv(400, seed=72, days=("2026-03-11",))
    job = role_of_job(laptop)
    laptop.start_job()

    with without(laptop, job, "s3:PutObject", "/landings/*"):
        upload = laptop.put(body, key)
        execution = laptop.execution_of(upload)
        place = f"arn:aws:s3:::{laptop.outputs['LakeBucket']}/landings/{upload.id}/"

        def told() -> bool:
            return any(
                (who, action) == (job, "s3:PutObject") and resource.startswith(place)
                for who, action, resource in laptop.denied()
            )

        until("the job to be denied its ledger", told, 40)

    assert laptop.wait(execution)["status"] == "SUCCEEDED"
    assert_exact(laptop, key, upload, body, [upload])


def test_a_person_withdraws_with_rights_of_their_own(laptop: Laptop) -> None:
    """The rights that `SECURITY.md` names for it; without those to write, nothing changes."""
    upload, ended = laptop.run(clean_csv(300, seed=73, days=("2026-03-11",)), "rights/withdrawn.csv")
    assert ended["status"] == "SUCCEEDED", ended.get("cause")
    command = ("withdraw", upload.id, "--yes", "--json", "--target", "aws")

    refused = laptop.cellflow(*command, code=1, variables=person(laptop, LOOKS))
    assert "AccessDenied" in refused
    assert "withdrawn" not in laptop.read_json(upload.claim)
    laptop.forget_denied()

    told = json.loads(laptop.cellflow(*command, variables=person(laptop, [*LOOKS, *WRITES])))
    assert (told["upload"], told["rows"]) == (upload.id, 300)
    assert laptop.read_json(upload.claim)["withdrawn"] is True
    assert laptop.denied() == []


def test_the_sweep_may_do_what_it_does(laptop: Laptop) -> None:
    """It comes once an hour, so not in a session of tests."""
    answer = laptop.client("lambda").invoke(FunctionName="cellflow-sweep-lake", Payload=b"{}")

    assert "FunctionError" not in answer, answer["Payload"].read()
    assert laptop.denied() == []


LOOKS = [
    ("cloudformation:DescribeStacks", "arn:aws:cloudformation:*:*:stack/Cellflow/*"),
    ("s3:ListBucket", "arn:aws:s3:::{LakeBucket}"),
    *(
        ("s3:GetObject", f"arn:aws:s3:::{{LakeBucket}}/{prefix}/*")
        for prefix in ("uploads", "claims", "sealed", "merges", "visibility")
    ),
]
WRITES = [("s3:PutObject", f"arn:aws:s3:::{{LakeBucket}}/{prefix}/*") for prefix in ("claims", "visibility")]


def person(laptop: Laptop, rights: list[tuple[str, str]]) -> dict[str, str]:
    """Credentials of a user who has these rights alone, as variables for the command line."""
    iam, name = laptop.client("iam"), f"person-{uuid.uuid4().hex[:8]}"
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": action, "Resource": resource.format(**laptop.outputs)}
        for action, resource in rights
    ]
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "AWS_ENDPOINT_URL": laptop.description["endpoint"],
        "AWS_REGION": laptop.description["region"],
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }
