"""What a query meets that reads an object which is gone since it was listed."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.athena.catalogue import MissingObject, ObjectFile
from local.athena.errors import QueryFailed


@contextmanager
def missing_file(file: ObjectFile) -> Iterator[None]:
    """Fails the query, in Athena's words, where the object is missing."""
    try:
        yield
    except (MissingObject, FileNotFoundError) as error:
        raise QueryFailed(
            "HIVE_CANNOT_OPEN_SPLIT",
            f"Error opening Hive split s3://{file.address} (offset=0, length={file.size}): The specified key does not "
            "exist. (Service: Amazon S3; Status Code: 404; Error Code: NoSuchKey)",
        ) from error
