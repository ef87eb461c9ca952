"""Crawlers that crawl: they list their targets' folders, read Parquet footers, register tables and partitions."""

import contextvars
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core.responses import new_uuid
from ministack.services import glue

from local.faults import rules
from local.glue.lake_folders import Folder, LakeFolders
from local.iam import acting
from local.iam.resources import glue_resource
from local.keeping.saver import saver
from local.overriding import override
from local.responses import Response, error_response, json_response

# Short beside AWS's minute, and over before the state machine looks for the first time.
CRAWL_SECONDS = 0.15
STOPPING_SECONDS = 0.05
READERS = 8
PARTITIONS_A_CALL = 100

INPUT_FORMAT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
OUTPUT_FORMAT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"

logger = logging.getLogger("cellflow")

_lock = threading.Lock()
_cancelled: set[str] = set()
_metrics: dict[str, dict[str, Any]] = {}


class CrawlFailed(Exception):
    """Why a crawl ended without having seen everything."""


class CrawlCancelled(Exception):
    """Somebody stopped the crawler."""


def install() -> None:
    @override(glue, "_start_crawler")
    def start_crawler(data: dict[str, Any]) -> Response:
        name: Any = data.get("Name")
        crawler = glue._crawlers.get(name)
        if crawler is None:
            return error_response("EntityNotFoundException", f"Crawler entry with name {name} does not exist", 400)
        with _lock:
            if crawler["State"] != "READY":
                return error_response("CrawlerRunningException", f"Crawler with name {name} has already started", 400)
            crawler.update(State="RUNNING", CrawlElapsedTime=0)
            _cancelled.discard(name)
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(run_crawler, crawler), name=f"crawl-{name}", daemon=True).start()
        return json_response({})

    @override(glue, "_stop_crawler")
    def stop_crawler(data: dict[str, Any]) -> Response:
        name: Any = data.get("Name")
        crawler = glue._crawlers.get(name)
        if crawler is None:
            return error_response("EntityNotFoundException", f"Crawler entry with name {name} does not exist", 400)
        with _lock:
            if crawler["State"] == "READY":
                return error_response("CrawlerNotRunningException", f"Crawler with name {name} isn't running", 400)
            if crawler["State"] == "STOPPING":
                return error_response("CrawlerStoppingException", f"Crawler with name {name} is stopping", 400)
            crawler["State"] = "STOPPING"
            _cancelled.add(name)
        return json_response({})

    @override(glue, "_get_crawler_metrics")
    def get_crawler_metrics(data: dict[str, Any]) -> Response:
        names = data.get("CrawlerNameList") or list(glue._crawlers.keys())
        known = [name for name in names if name in glue._crawlers]
        return json_response({"CrawlerMetricsList": [{"CrawlerName": name, **metrics_of(name)} for name in known]})


def metrics_of(name: str) -> dict[str, Any]:
    unused = {
        "TimeLeftSeconds": 0.0,
        "StillEstimating": False,
        "LastRuntimeSeconds": 0.0,
        "MedianRuntimeSeconds": 0.0,
        "TablesCreated": 0,
        "TablesUpdated": 0,
        "TablesDeleted": 0,
    }
    return unused | _metrics.get(name, {})


def run_crawler(crawler: dict[str, Any]) -> None:
    name = crawler["Name"]
    started = time.time()
    last = {
        "LogGroup": "/aws-glue/crawlers",
        "LogStream": name,
        "MessagePrefix": new_uuid(),
        "StartTime": started,
    }
    found: dict[str, int] = {}
    try:
        found = crawl(crawler)
        outcome = {"Status": "SUCCEEDED"}
    except CrawlCancelled:
        outcome = {"Status": "CANCELLED"}
    except Exception as error:
        logger.warning("crawler %s failed", name, exc_info=not isinstance(error, CrawlFailed))
        outcome = {"Status": "FAILED", "ErrorMessage": str(error) or type(error).__name__}
    time.sleep(max(0.0, CRAWL_SECONDS - (time.time() - started)))
    crawler["State"] = "STOPPING"
    time.sleep(STOPPING_SECONDS)
    seconds = time.time() - started
    _metrics[name] = {**found, "LastRuntimeSeconds": seconds, "MedianRuntimeSeconds": seconds}
    # Whoever waits for the crawl looks next.
    saver().save("glue")
    crawler.update(LastCrawl={**last, **outcome}, CrawlElapsedTime=int(1000 * seconds), State="READY")
    saver().touch("glue")


def crawl(crawler: dict[str, Any]) -> dict[str, int]:
    """One crawl over all targets; how many tables it made and changed."""
    name, database = crawler["Name"], crawler["DatabaseName"]
    if rule := rules.check("glue", "Crawl", name, "fail"):
        raise CrawlFailed(rule.message)
    if database not in glue._databases:
        raise CrawlFailed(f"Database {database} not found")
    made = changed = 0
    for target in crawler["Targets"].get("S3Targets") or []:
        folders = LakeFolders(target["Path"], acting.credentials(crawler["Role"], "AWS-Crawler"))
        table_name = crawler["TablePrefix"] + folders.name
        table = glue._tables.get(f"{database}/{table_name}")
        known = {tuple(entry["Values"]) for entry in glue._partitions.get(f"{database}/{table_name}", [])}
        ask(crawler, table_name, "GetTable", "GetPartitions")
        new_only = crawler["RecrawlPolicy"].get("RecrawlBehavior") == "CRAWL_NEW_FOLDERS_ONLY" and table is not None
        wanted = folders.partitions(passing_over=known if new_only else set())
        schemas = read_schemas(name, folders, wanted)
        if not schemas:
            continue
        columns = combine(schemas)
        if table is None:
            ask(crawler, table_name, "CreateTable", "CreatePartitionIndex")
            checked(glue._create_table(table_request(crawler, database, table_name, folders, wanted[0], columns)))
            made += 1
        elif not new_only and updates_tables(crawler) and columns != table["StorageDescriptor"]["Columns"]:
            ask(crawler, table_name, "UpdateTable")
            checked(glue._update_table(table_request(crawler, database, table_name, folders, wanted[0], columns)))
            changed += 1
        table = glue._tables[f"{database}/{table_name}"]
        ask(crawler, table_name, "BatchCreatePartition")
        register(database, table, [folder for folder in wanted if folder.values not in known])
    return {"TablesCreated": made, "TablesUpdated": changed}


def ask(crawler: dict[str, Any], table: str, *actions: str) -> None:
    """Whether the crawler's role may do something to a table of its database; fails the crawl where it may not."""
    about = {"DatabaseName": crawler["DatabaseName"], "Name": table}
    try:
        for action in actions:
            acting.require(crawler["Role"], "AWS-Crawler", f"glue:{action}", glue_resource(action, about))
    except acting.MissingRight as missing:
        raise CrawlFailed(str(missing)) from None


def read_schemas(name: str, folders: LakeFolders, wanted: list[Folder]) -> list[list[dict[str, str]]]:
    """The columns of each folder, as its first Parquet object has them."""

    def columns(folder: Folder) -> list[dict[str, str]]:
        if name in _cancelled:
            raise CrawlCancelled
        return folders.columns(folder)

    with ThreadPoolExecutor(READERS) as pool:
        return list(pool.map(columns, wanted))


def combine(schemas: list[list[dict[str, str]]]) -> list[dict[str, str]]:
    """All columns, in the order in which they were first seen; a column has one type in all folders."""
    types: dict[str, str] = {}
    for columns in schemas:
        for column in columns:
            if types.setdefault(column["Name"], column["Type"]) != column["Type"]:
                raise CrawlFailed(f"Column {column['Name']} is {types[column['Name']]} and {column['Type']}")
    return [{"Name": column, "Type": types[column]} for column in types]


def updates_tables(crawler: dict[str, Any]) -> bool:
    behaviour: str = crawler["SchemaChangePolicy"].get("UpdateBehavior", "UPDATE_IN_DATABASE")
    return behaviour == "UPDATE_IN_DATABASE"


def table_request(
    crawler: dict[str, Any],
    database: str,
    table_name: str,
    folders: LakeFolders,
    sample: Folder,
    columns: list[dict[str, str]],
) -> dict[str, Any]:
    parameters = {
        "classification": "parquet",
        "compressionType": "none",
        "typeOfData": "file",
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler["Name"],
    }
    return {
        "DatabaseName": database,
        "TableInput": {
            "Name": table_name,
            "Owner": "owner",
            "TableType": "EXTERNAL_TABLE",
            "Parameters": parameters,
            # Hive-style folders give their names to the keys, and always strings.
            "PartitionKeys": [{"Name": key, "Type": "string"} for key in sample.keys],
            "StorageDescriptor": storage(folders.location, columns, parameters),
        },
    }


def storage(location: str, columns: list[dict[str, str]], parameters: dict[str, str]) -> dict[str, Any]:
    return {
        "Columns": columns,
        "Location": location,
        "InputFormat": INPUT_FORMAT,
        "OutputFormat": OUTPUT_FORMAT,
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {"SerializationLibrary": SERDE, "Parameters": {"serialization.format": "1"}},
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }


def register(database: str, table: dict[str, Any], folders: list[Folder]) -> None:
    """Partitions of a table, which inherit its columns."""
    inherited = table["StorageDescriptor"]
    entries = [
        {
            "Values": list(folder.values),
            "StorageDescriptor": storage(folder.location, inherited["Columns"], inherited["Parameters"]),
            "Parameters": inherited["Parameters"],
        }
        for folder in folders
        if folder.values
    ]
    for at in range(0, len(entries), PARTITIONS_A_CALL):
        checked(
            glue._batch_create_partition(
                {
                    "DatabaseName": database,
                    "TableName": table["Name"],
                    "PartitionInputList": entries[at : at + PARTITIONS_A_CALL],
                }
            )
        )


def checked(answer: Response) -> None:
    status, _headers, body = answer
    if status >= 400:
        raise CrawlFailed(json.loads(body).get("message", "refused by the catalogue"))
