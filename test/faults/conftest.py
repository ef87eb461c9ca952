"""What the fault tests share: no fault outlives its test, and each begins with the job up."""

from collections.abc import Iterator

import pytest
from support.laptop import Laptop

# What is counted here are rows; all the reports are for `test/e2e`. Each is a query an upload, of many uploads.
REPORTS = ("signal-through-the-day", "activity-and-movement", "signal-map")


@pytest.fixture(scope="session", autouse=True)
def few_reports(laptop: Laptop) -> None:
    """As after a deployment that has a few of the reports."""
    functions = laptop.client("lambda")
    function = "cellflow-list-reports"
    variables = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    assert set(REPORTS) < set(variables["DEPLOYED_REPORTS"].split(","))
    functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": {**variables, "DEPLOYED_REPORTS": ",".join(REPORTS)}}
    )
    identifiers = laptop.athena.list_named_queries(WorkGroup=laptop.outputs["WorkgroupName"])["NamedQueryIds"]
    for query in laptop.athena.batch_get_named_query(NamedQueryIds=identifiers)["NamedQueries"]:
        if query["Name"] not in REPORTS:
            laptop.athena.delete_named_query(NamedQueryId=query["NamedQueryId"])


@pytest.fixture(autouse=True)
def no_fault_left(laptop: Laptop) -> Iterator[None]:
    laptop.clear_faults()
    yield
    laptop.clear_faults()


@pytest.fixture
def running_job(laptop: Laptop) -> None:
    laptop.start_job()
