/**
 * Thrift's compact protocol, as far as the footer of a Parquet file has it. A structure is read without knowing what it means, and
 * written again as it was.
 *
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

/** Types as the protocol numbers them. In a list, a truth value has a byte of its own; in a structure it is in its type. */
const types = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const;

interface Field {
  type: number;
  value: Value;
}

/** Fields by their numbers, in their order. */
type Struct = Map<number, Field>;

interface List {
  type: number;
  items: Value[];
}

type Value = number | boolean | Buffer | Struct | List;

/** Bytes that are not of this protocol, or have what no footer has. */
class UnreadableThrift extends Error {
  override readonly name = 'UnreadableThrift';
}

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);
const unzigzag = (value: number): number => (value % 2 === 0 ? value / 2 : -(value + 1) / 2);

class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  struct(): Struct {
    const fields: Struct = new Map();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      if (head === 0) return fields;
      const type = head & 15;
      id = head >> 4 === 0 ? unzigzag(this.#varint()) : id + (head >> 4);
      fields.set(id, {
        type,
        value: type === types.true || type === types.false ? type === types.true : this.#value(type),
      });
    }
  }

  #value(type: number): Value {
    switch (type) {
      case types.true:
      case types.false:
        return this.#byte() === types.true;
      case types.byte:
        return this.#byte();
      case types.i16:
      case types.i32:
      case types.i64:
        return unzigzag(this.#varint());
      case types.double:
        return this.#take(8);
      case types.binary:
        return this.#take(this.#varint());
      case types.list:
      case types.set:
        return this.#list();
      case types.struct:
        return this.struct();
      default:
        throw new UnreadableThrift(`type ${type}`);
    }
  }

  #list(): List {
    const head = this.#byte();
    const type = head & 15;
    const length = head >> 4 === 15 ? this.#varint() : head >> 4;
    const items: Value[] = [];
    for (let index = 0; index < length; index += 1) items.push(this.#value(type));
    return { type, items };
  }

  /** Up to 2^53; what is larger stands in no footer that is meant here. */
  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    if (!Number.isSafeInteger(value)) throw new UnreadableThrift('a number beyond 2^53');
    return value;
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new UnreadableThrift('cut short');
    this.#at += 1;
    return byte;
  }

  #take(length: number): Buffer {
    const taken = this.bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new UnreadableThrift('cut short');
    this.#at += length;
    return taken;
  }
}

class Writer {
  #bytes = Buffer.allocUnsafe(4_096);
  #length = 0;

  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  struct(fields: Struct): void {
    let last = 0;
    for (const [id, { type, value }] of fields) {
      if (id > last && id - last < 16) {
        this.#byte(((id - last) << 4) | type);
      } else {
        this.#byte(type);
        this.#varint(zigzag(id));
      }
      if (type !== types.true && type !== types.false) this.#value(type, value);
      last = id;
    }
    this.#byte(0);
  }

  #value(type: number, value: Value): void {
    if (typeof value === 'boolean') this.#byte(value ? types.true : types.false);
    else if (typeof value === 'number') type === types.byte ? this.#byte(value) : this.#varint(zigzag(value));
    else if (value instanceof Map) this.struct(value);
    else if (Buffer.isBuffer(value)) {
      if (type === types.binary) this.#varint(value.length);
      this.#put(value);
    } else this.#list(value);
  }

  #list({ type, items }: List): void {
    if (items.length < 15) this.#byte((items.length << 4) | type);
    else {
      this.#byte(0xf0 | type);
      this.#varint(items.length);
    }
    for (const item of items) this.#value(type, item);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #put(bytes: Buffer): void {
    this.#reserve(bytes.length);
    bytes.copy(this.#bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.written.copy(grown);
    this.#bytes = grown;
  }
}

/** @throws {@link UnreadableThrift} */
const readStruct = (bytes: Buffer): Struct => new Reader(bytes).struct();

const writeStruct = (fields: Struct): Buffer => {
  const writer = new Writer();
  writer.struct(fields);
  return writer.written;
};

export type { Field, List, Struct, Value };
export { readStruct, types, UnreadableThrift, writeStruct };
