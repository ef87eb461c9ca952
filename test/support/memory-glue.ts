import {
  AlreadyExistsException,
  BatchCreatePartitionCommand,
  BatchUpdatePartitionCommand,
  CreateTableCommand,
  DeleteTableCommand,
  EntityNotFoundException,
  GetPartitionsCommand,
  GetTableCommand,
  GlueClient,
  type Partition,
  type PartitionInput,
  type Table,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { answerClient } from './answered-client';

interface Catalogued {
  table: Table;
  /** By their value. */
  days: Map<string, Partition>;
}

/** Fails a request before it has an effect, or after (its answer is lost). */
type Fault = (operation: string) => { before?: Error; after?: Error } | undefined;

/** BatchCreatePartition and BatchUpdatePartition take no more. */
const mostPartitions = 100;

/** A catalogue in memory behind the SDK's client. */
class MemoryGlue {
  /** By database and name. */
  readonly tables = new Map<string, Catalogued>();
  fault: Fault = () => undefined;
  /** Largest page of partitions. */
  pageSize = 120;
  private readonly client = answerClient(GlueClient);

  constructor() {
    process.env.AWS_REGION ??= 'eu-west-1';
    this.on(GetTableCommand, 'GetTable', ({ DatabaseName, Name }) => ({ Table: this.find(DatabaseName, Name).table }));
    this.on(CreateTableCommand, 'CreateTable', ({ DatabaseName, TableInput }) => {
      const name = `${DatabaseName}.${TableInput.Name}`;
      if (this.tables.has(name)) throw new AlreadyExistsException({ message: name, $metadata: {} });
      this.add(DatabaseName, TableInput, []);
      return {};
    });
    this.on(DeleteTableCommand, 'DeleteTable', ({ DatabaseName, Name }) => {
      this.find(DatabaseName, Name);
      this.tables.delete(`${DatabaseName}.${Name}`);
      return {};
    });
    this.on(UpdateTableCommand, 'UpdateTable', ({ DatabaseName, TableInput }) => {
      const found = this.find(DatabaseName, TableInput.Name);
      found.table = { ...found.table, ...TableInput };
      return {};
    });
    this.on(GetPartitionsCommand, 'GetPartitions', ({ DatabaseName, TableName, NextToken = '0' }) => {
      const days = [...this.find(DatabaseName, TableName).days.values()];
      const end = Number(NextToken) + this.pageSize;
      return { Partitions: days.slice(Number(NextToken), end), NextToken: end < days.length ? `${end}` : undefined };
    });
    this.on(BatchCreatePartitionCommand, 'BatchCreatePartition', ({ DatabaseName, TableName, PartitionInputList }) => {
      const { days } = this.find(DatabaseName, TableName);
      this.assertFew(PartitionInputList);
      const known = (PartitionInputList as PartitionInput[]).filter(({ Values }) => days.has(Values?.[0] ?? ''));
      for (const input of PartitionInputList) if (!known.includes(input)) days.set(input.Values[0], input);
      return {
        Errors: known.map(({ Values }) => ({
          PartitionValues: Values,
          ErrorDetail: { ErrorCode: 'AlreadyExistsException' },
        })),
      };
    });
    this.on(BatchUpdatePartitionCommand, 'BatchUpdatePartition', ({ DatabaseName, TableName, Entries }) => {
      const { days } = this.find(DatabaseName, TableName);
      this.assertFew(Entries);
      for (const { PartitionInput } of Entries) days.set(PartitionInput.Values[0], PartitionInput);
      return {};
    });
  }

  /** A table with days, as a crawler makes it: each day has the table's columns. */
  add(database: string, table: TableInput, days: readonly string[]): void {
    const partitions = days.map((day): [string, Partition] => [
      day,
      {
        Values: [day],
        StorageDescriptor: { ...table.StorageDescriptor, Location: `${table.StorageDescriptor?.Location}day=${day}/` },
      },
    ]);
    this.tables.set(`${database}.${table.Name}`, {
      table: { ...table, Name: table.Name, DatabaseName: database, CreateTime: new Date(0) },
      days: new Map(partitions),
    });
  }

  restore(): void {
    this.client.restore();
  }

  private find(database: string, name: string): Catalogued {
    const found = this.tables.get(`${database}.${name}`);
    if (found === undefined)
      throw new EntityNotFoundException({ message: `${database}.${name} is not there`, $metadata: {} });
    return found;
  }

  private assertFew(list: readonly unknown[]): void {
    if (list.length > mostPartitions)
      throw Object.assign(new Error(`${list.length} partitions`), { name: 'ValidationException' });
  }

  // biome-ignore lint/suspicious/noExplicitAny: the commands share no type that the mock takes
  private on(command: any, operation: string, answer: (input: any) => unknown): void {
    this.client.on(command, async (input: unknown) => {
      const fault = this.fault(operation);
      await new Promise((resolve) => setImmediate(resolve));
      if (fault?.before) throw fault.before;
      const answered = answer(input);
      if (fault?.after) throw fault.after;
      return answered;
    });
  }
}

export { MemoryGlue };
