/** What stands for the names beyond those that are kept. */
const others = 'others';

/** Numbers for names, first come first served; those beyond the most are one. */
class Names {
  readonly #most: number;
  readonly #numbers = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  numberOf(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    if (this.#numbers.size >= this.#most) return this.#most;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  nameOf(number: number): string {
    return [...this.#numbers.keys()][number] ?? others;
  }
}

export { Names, others };
