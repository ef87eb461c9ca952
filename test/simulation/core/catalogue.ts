import type { GlueClient } from '@aws-sdk/client-glue';
import { tables as contractTables } from '../../../contract';
import { tables } from '../../../core/platform/keys';
import type { Store } from './store';
import { type Actor, World } from './world';

/** In which all tables are views; what is crawled is in the other. */
const viewsDatabase = 'cellflow';

interface Input {
  DatabaseName?: string;
  TableName?: string;
  Name?: string;
  PartitionsToGet?: { Values?: string[] }[];
}

/** The days of each table that the crawler has found, behind Glue's client. */
class Catalogue {
  private readonly days = new Map<string, Set<string>>();

  /** The days that queries look at, in order. */
  partitions(table: string): string[] {
    return [...(this.days.get(table) ?? [])].sort();
  }

  add(table: string, day: string): void {
    const days = this.days.get(table) ?? new Set();
    this.days.set(table, days.add(day));
  }

  has(table: string, day: string): boolean {
    return this.days.get(table)?.has(day) ?? false;
  }

  /** A crawl: lists each table's folder, page by page, and adds the days that it saw. */
  async crawl(actor: Actor, store: Store, bucket: string): Promise<void> {
    for (const name of tables) {
      for (let token: string | undefined, more = true; more; more = token !== undefined) {
        await actor.world.turnOf(actor, `crawl of ${name}`, actor.world.limits.call);
        const page = store.apply({ operation: 'ListObjectsV2', bucket, key: `${name}/`, token });
        for (const { Key } of page.Contents as { Key: string }[]) {
          const day = /\/day=([^/]+)\//.exec(Key)?.[1];
          if (day !== undefined) this.add(name, day);
        }
        token = page.NextContinuationToken as string | undefined;
      }
      actor.world.tell(actor, `${name} has ${this.partitions(name).join(' ')}`);
    }
  }

  /** Puts this catalogue in the place of the network behind a client. */
  attach(client: GlueClient): void {
    const send = async (command: { constructor: { name: string }; input: Input }) => {
      const actor = World.actor();
      if (actor === undefined) throw new Error('The catalogue is asked by no function.');
      const operation = command.constructor.name.replace(/Command$/, '');
      const { TableName = '', Name = TableName } = command.input;
      await actor.world.turnOf(actor, `${operation} ${Name}`, actor.world.limits.call);
      actor.world.tell(actor, `${operation} ${Name}`);
      return this.answer(operation, Name, command.input);
    };
    Object.assign(client, { send });
  }

  private answer(operation: string, table: string, input: Input): object {
    const StorageDescriptor = {
      Columns: contractTables
        .find(({ name }) => name === table)
        ?.columns.map(({ name, type }) => ({ Name: name, Type: type })),
    };
    switch (operation) {
      case 'BatchGetPartition': {
        const asked = (input.PartitionsToGet ?? []).map(({ Values = [] }) => Values[0] as string);
        const found = asked.filter((day) => this.has(table, day));
        return { Partitions: found.map((day) => ({ Values: [day], StorageDescriptor })) };
      }
      case 'GetTable':
        if (input.DatabaseName === viewsDatabase) return { Table: { Name: table, TableType: 'VIRTUAL_VIEW' } };
        return { Table: { Name: table, StorageDescriptor } };
      default:
        throw new Error(`The simulated catalogue does not know ${operation}.`);
    }
  }
}

export { Catalogue, viewsDatabase };
