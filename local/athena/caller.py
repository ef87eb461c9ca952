"""A query reads and writes in the name of who asks for it: a role's rights, where rights are enforced."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ministack.core import iam_evaluator

from local import settings
from local.athena.catalogue import Catalogue, ObjectFile, Partition, Table, View
from local.athena.errors import QueryFailed
from local.iam import acting
from local.iam.resources import glue_resource


class Caller:
    """Who a request comes from: only a role's rights are asked for."""

    def __init__(self, arn: str) -> None:
        _, _, path = arn.partition(":assumed-role/")
        self._role, _, self._session = path.partition("/")

    @classmethod
    def of_request(cls) -> "Caller":
        return cls(iam_evaluator.caller_arn() if settings.iam_enforced() else "")

    def require(self, *rights: tuple[str, str]) -> None:
        """Raises QueryFailed, as Athena tells of a right that its caller lacks."""
        if not self._role:
            return
        role = f"arn:aws:iam::{settings.ACCOUNT}:role/{self._role}"
        try:
            acting.require_all(role, self._session, *rights)
        except acting.MissingRight as missing:
            raise QueryFailed(
                "PERMISSION_DENIED", f"Insufficient permissions to execute the query. {missing}"
            ) from None

    def writes(self, bucket: str, key: str) -> None:
        self.require(
            ("s3:GetBucketLocation", acting.object_arn(bucket)), ("s3:PutObject", acting.object_arn(bucket, key))
        )

    def reads(self, bucket: str, key: str) -> None:
        self.require(("s3:GetObject", acting.object_arn(bucket, key)))


class CallersCatalogue:
    """The catalogue as a caller sees it."""

    def __init__(self, catalogue: Catalogue, caller: Caller) -> None:
        self._catalogue = catalogue
        self._caller = caller

    def databases(self) -> list[str]:
        self._caller.require(("glue:GetDatabases", glue_resource("GetDatabases", {})))
        return self._catalogue.databases()

    def names(self, database: str) -> list[str]:
        self._caller.require(("glue:GetTables", glue_resource("GetTables", {"DatabaseName": database})))
        return self._catalogue.names(database)

    def table(self, database: str, name: str) -> Table | View | None:
        about = glue_resource("GetTable", {"DatabaseName": database, "Name": name})
        self._caller.require(("glue:GetTable", about))
        found = self._catalogue.table(database, name)
        if isinstance(found, Table) and found.keys:
            self._caller.require(("glue:GetPartitions", about))
        return found

    def objects(self, partitions: Sequence[Partition]) -> list[list[ObjectFile]]:
        for bucket in {part.place[0] for part in partitions}:
            self._caller.require(("s3:ListBucket", acting.object_arn(bucket)))
        return [[self._checked(file) for file in files] for files in self._catalogue.objects(partitions)]

    def _checked(self, file: ObjectFile) -> ObjectFile:
        bucket, _, key = file.address.partition("/")

        def path() -> Path:
            self._caller.reads(bucket, key)
            return file.path()

        return replace(file, path=path)
