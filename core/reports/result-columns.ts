/** A column of what a query answers. */
interface Column {
  name: string;
  /** Athena's name of the type, as `varchar` or `double`. */
  type: string;
}

export type { Column };
